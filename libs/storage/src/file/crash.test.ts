import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectHead, UploadStore } from '../object-store.ts';
import { compositeChecksum } from '../composite-checksum.ts';
import { serveFileStore } from './test-support/served-file-store.ts';

const rounds = 12;
const program = join(import.meta.dirname, 'test-support', 'write-until-killed.ts');

/** Runs the writer until it has been writing for `milliseconds`, kills it, and returns what it had acknowledged. */
async function killWriterAfter(root: string, round: number, milliseconds: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, root, `round-${round}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  const closed = new Promise((resolve) => reader.once('close', resolve));
  await new Promise<void>((resolve) => {
    reader.on('line', (line) => (line === 'ready' ? resolve() : lines.push(line)));
    reader.once('close', resolve);
  });
  await delay(milliseconds);
  child.kill('SIGKILL');
  await closed;
  return lines;
}

async function listAll(store: UploadStore): Promise<ObjectHead[]> {
  const heads: ObjectHead[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.list('', after);
    heads.push(...page.objects);
    if (!page.next) return heads;
    after = page.next;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** The checksum that the head must carry; parts were 64, 50,000 and 10 bytes. */
function checksumLike(head: ObjectHead, bytes: Uint8Array): string {
  if (!head.checksumSha256.includes('-')) return sha256(bytes);
  const parts = [bytes.subarray(0, 64), bytes.subarray(64, 50_064), bytes.subarray(50_064)];
  return compositeChecksum(parts.map(sha256));
}

test('a process killed at any moment loses nothing it acknowledged and leaves nothing half written', async () => {
  const seed = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
  console.info(`CRASH_SEED=${seed}`);
  const root = await mkdtemp(join(tmpdir(), 'edf-crash-'));
  const acknowledged: string[] = [];
  let state = seed;
  for (let round = 0; round < rounds; round += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    acknowledged.push(...(await killWriterAfter(root, round, 5 + ((state >>> 16) % 250))));
  }
  expect(acknowledged.length).toBeGreaterThan(rounds);

  const { store, dispose } = await serveFileStore({ root }); // which recovers
  expect(await readdir(join(root, 'temporary'))).toEqual([]);
  const listed = await listAll(store);
  for (const head of listed) {
    const bytes = await store.read({ key: head.key }, 0, head.byteLength + 1);
    expect(bytes.byteLength).toBe(head.byteLength);
    expect(checksumLike(head, bytes)).toBe(head.checksumSha256);
  }
  for (const line of acknowledged) {
    const [verb, key = '', versionId, checksum] = line.split(' ');
    if (verb === 'deleted') expect((await store.list(key)).objects).toEqual([]);
    else expect(sha256(await store.read({ key, versionId }, 0, 1_000_000))).toBe(checksum);
  }
  console.info(`${acknowledged.length} acknowledgements kept, ${listed.length} objects verified`);
  await store.deleteVersions('round-');
  expect(await readdir(join(root, 'objects'))).toEqual([]);
  expect(await readdir(join(root, 'multipart'))).toEqual([]);
  await dispose();
}, 120_000);
