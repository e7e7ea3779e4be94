import { open } from 'node:fs/promises';
import path from 'node:path';
import type { ApiClient } from '@edf-pipeline/uploader';
import { uploadFile, waitForJob } from '@edf-pipeline/uploader';

/** Uploads a file and waits for its result. @throws Error when there is none */
export async function uploadAndWait(client: ApiClient, file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const slice = async (start: number, end: number) => {
      const bytes = new Uint8Array(end - start);
      await handle.read(bytes, 0, bytes.length, start);
      return bytes;
    };
    const outcome = await uploadFile({
      client,
      source: { name: path.basename(file), byteLength: size, slice },
    });
    if (outcome.kind !== 'done') throw new Error(`${file} ended as ${outcome.kind}`);
    const job = await waitForJob(client, outcome.upload.jobId);
    if (job.status !== 'succeeded') throw new Error(`${file}: ${job.error?.message ?? job.status}`);
  } finally {
    await handle.close();
  }
}

/** Sends all parts of a file, then aborts the upload: what comes before acceptance, and nothing else. */
export async function sendAndAbort(client: ApiClient, file: string): Promise<void> {
  const stop = new AbortController();
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const slice = async (start: number, end: number) => {
      const bytes = new Uint8Array(end - start);
      await handle.read(bytes, 0, bytes.length, start);
      return bytes;
    };
    const onProgress = ({ partsDone, partCount }: { partsDone: number; partCount: number }) => {
      if (partsDone === partCount) stop.abort(new Error('all parts are sent'));
    };
    const source = { name: path.basename(file), byteLength: size, slice };
    await uploadFile({ client, source, skipContentId: true, onProgress, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await handle.close();
  }
}
