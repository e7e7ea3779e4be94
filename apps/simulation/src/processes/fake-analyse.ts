import { createHash } from 'node:crypto';
import type { Analyse } from '@edf-pipeline/processor';
import type { ResultFile } from '@edf-pipeline/contracts';
import { StorageError } from '@edf-pipeline/storage';
import type { ObjectStore } from '@edf-pipeline/storage';
import type { SimProcess } from '../sim-process.ts';

const BLOCKS = 3;

/** How long a block of a recording takes, in seconds: a function of its content, so that it is the same in every run. */
const secondsFor = (byteLength: number) => 0.5 + (byteLength % 13) * 0.6;

/**
 * Reads a recording by ranges and writes files that follow from what was read, taking its time: an analysis without
 * the arithmetic. A poisonous file ends its process.
 */
export function fakeAnalyse(
  process: SimProcess,
  store: Pick<ObjectStore, 'read' | 'write'>,
  onPoison: () => void,
): Analyse {
  return async ({ source, resultPrefix }, onProgress, signal) => {
    const { byteLength } = source;
    const digest = createHash('sha256');
    try {
      for (let block = 0; block < BLOCKS; block++) {
        const start = Math.floor((block * byteLength) / BLOCKS);
        const end = Math.floor(((block + 1) * byteLength) / BLOCKS);
        const text = new TextDecoder().decode(await store.read(source, start, end, signal));
        digest.update(text);
        await process.sleep(secondsFor(byteLength));
        signal.throwIfAborted();
        if (text.includes('poison')) {
          onPoison();
          process.kill();
        }
        if (text.includes('bad')) return failed('invalid_input', 'header-number-invalid');
        onProgress({ stage: 'analysing', doneBytes: end, totalBytes: byteLength });
      }
      const sum = digest.digest('hex');
      return {
        kind: 'written',
        files: [
          await writeFile(store, resultPrefix, 'report.json', `{"of":"${sum}"}`, signal),
          await writeFile(store, resultPrefix, 'overview.bin', sum.repeat(4), signal),
        ],
      };
    } catch (error) {
      if (signal.aborted) return failed('infrastructure', 'stopped');
      const isMissing = error instanceof StorageError && error.code === 'object-not-found';
      return failed('transient', isMissing ? 'source-missing' : 'storage-unavailable');
    }
  };
}

async function writeFile(
  store: Pick<ObjectStore, 'write'>,
  prefix: string,
  name: string,
  text: string,
  signal: AbortSignal,
): Promise<ResultFile> {
  const bytes = new TextEncoder().encode(text);
  const contentType = 'application/octet-stream';
  await store.write(prefix + name, bytes, { contentType }, signal);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, schemaVersion: 1, contentType, byteLength: bytes.byteLength, sha256 };
}

const failed = (kind: 'invalid_input' | 'transient' | 'infrastructure', code: string) =>
  ({ kind: 'failed', failure: { class: kind, code, message: 'M.' } }) as const;
