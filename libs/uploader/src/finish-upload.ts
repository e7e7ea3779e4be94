import type { Upload } from '@edf-pipeline/contracts';
import type { CallOptions } from './api-transport.ts';
import { UploadError } from './errors.ts';
import type { UploadFileOptions } from './upload-file.ts';
import type { UploadOutcome } from './upload-state.ts';

const FIRST_POLL_MS = 500;
const SLOWEST_POLL_MS = 5_000;

/** Has the parts put together and verified, and waits until that is done. */
export async function finishUpload(of: {
  options: UploadFileOptions;
  call: CallOptions;
  upload: Upload;
}): Promise<UploadOutcome> {
  const { client, signal, onState, verifySeconds = 3_600 } = of.options;
  const { timing } = client;
  let upload = of.upload;
  if (upload.isDuplicate) return { kind: 'duplicate', upload };
  if (upload.status === 'pending' || upload.status === 'uploading') {
    onState?.({ kind: 'verifying', upload });
    upload = await client.completeUpload(upload.id, of.call);
  }
  const giveUpAt = timing.now() + verifySeconds * 1_000;
  for (let delay = FIRST_POLL_MS; ; delay = Math.min(SLOWEST_POLL_MS, delay * 1.5)) {
    if (upload.status === 'completed') return { kind: upload.isDuplicate ? 'duplicate' : 'done', upload };
    if (upload.status === 'rejected') return { kind: 'rejected', upload, rejection: upload.rejection };
    if (upload.status === 'aborted' || upload.status === 'expired') {
      throw new UploadError(
        'upload-ended',
        `the upload was ${upload.status === 'aborted' ? 'aborted' : 'given up: it has expired'}`,
      );
    }
    if (timing.now() > giveUpAt) {
      throw new UploadError('wait-limit', `the file was sent, but is not verified after ${verifySeconds} s`);
    }
    onState?.({ kind: 'verifying', upload });
    await timing.sleep(delay, signal);
    upload = await client.getUpload(upload.id, of.call);
  }
}
