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
