import { uploadKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, uploadOf, writerOf } from './ledger.ts';
import type { UploadRow } from './rows.ts';
import { isUploadEnded } from './touch-upload.ts';

/** What became of an upload that was asked to come to an end. */
export type Finalized =
  | { readonly outcome: 'ended'; readonly upload: UploadRow; readonly version: number }
  /** Bytes are still missing: not an error when the sweep or an early event asks. */
  | {
      readonly outcome: 'incomplete';
      readonly upload: UploadRow;
      readonly version: number;
      readonly missingParts: readonly number[];
    }
  | { readonly outcome: 'not-found' };

/** Ends an upload without a recording; its bytes are deleted by the sweep. Does nothing to one that has ended. */
export function endUpload(
  ledger: Ledger,
  tenant: string,
  uploadId: string,
  status: 'rejected' | 'aborted' | 'expired',
  rejection: UploadRow['rejection'],
  signal?: AbortSignal,
): Promise<Finalized> {
  return decideAndWrite<Finalized>(
    ledger,
    [uploadKey(tenant, uploadId)],
    ([item]) => {
      if (!item) return { writes: [], answer: { outcome: 'not-found' } };
      const upload = uploadOf(item);
      if (isUploadEnded(upload))
        return { writes: [], answer: { outcome: 'ended', upload, version: item.version } };
      const writer = writerOf(ledger);
      const endedUpload: UploadRow = { ...upload, status, rejection, due: writer.at };
      const writes = [writer.change(item, endedUpload)];
      if (status === 'rejected') writes.push(writer.announce('upload.rejected', tenant, uploadId));
      return { writes, answer: { outcome: 'ended', upload: endedUpload, version: item.version + 1 } };
    },
    signal,
  );
}
