import { createWriteStream, existsSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { headerByteLengthFrom } from '@edf-pipeline/edf';
import { createApiClient, uploadFile } from '@edf-pipeline/uploader';
import { sampleRecording } from './sample-recording.ts';
import type { Standalone } from './standalone.ts';

/**
 * Uploads the generated sample recording the way every recording comes in, once per data folder: whoever deletes it
 * does not get it back.
 */
export async function ingestSample(
  standalone: Standalone,
  dataFolder: string,
): Promise<'added' | 'was-added'> {
  const marker = path.join(dataFolder, 'sample-added');
  if (existsSync(marker)) return 'was-added';
  const file = path.join(dataFolder, 'sample.edf');
  await pipeline(Readable.from(sampleRecording()), createWriteStream(file));
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const slice = async (start: number, end: number) => {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    };
    const client = createApiClient({ baseUrl: standalone.url, getToken: standalone.token });
    const header = await slice(0, headerByteLengthFrom(await slice(0, 256)));
    await uploadFile({
      client,
      header,
      source: { name: 'sample-polysomnography.edf', byteLength: size, slice },
    });
    await writeFile(marker, '');
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
  return 'added';
}
