import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { patternedBytes, signPutOf } from '../contract/harness.ts';
import { toStorageError } from './errno.ts';
import { serveFileStore } from './test-support/served-file-store.ts';

/** Mounts a disk of 4 MiB; null where that is not allowed. */
function mountTinyDisk(): string | null {
  const root = mkdtempSync(join(tmpdir(), 'edf-tiny-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', root], { stdio: 'ignore' });
    return root;
  } catch {
    rmdirSync(root);
    return null;
  }
}

const full = patternedBytes(6 * 1024 * 1024);
const contentType = 'application/edf';
let root: string | null = null;

beforeEach(() => {
  root = mountTinyDisk();
});
afterEach(() => {
  if (!root) return;
  execFileSync('umount', [root]);
  rmdirSync(root);
});

/** Runs the check on a full disk, or says aloud that it could not; a CI that cannot is broken. */
async function onTinyDisk(check: (root: string) => Promise<void>): Promise<void> {
  if (root) return check(root);
  if (process.env.CI) throw new Error('This CI may not mount a tmpfs, so the disk-full tests cannot run.');
  console.warn('SKIPPED: mounting a tmpfs is not allowed here, so nothing was tested on a full disk.');
}

test('a write that fills the disk is refused, leaves nothing, and frees its room', () =>
  onTinyDisk(async (tiny) => {
    const { store, dispose } = await serveFileStore({ root: tiny });
    const before = (await statfs(tiny)).bfree;
    await expect(store.write('a', full, { contentType })).rejects.toMatchObject({
      code: 'storage-full',
      key: 'a',
    });
    expect(await store.head({ key: 'a' })).toBeNull();
    expect((await statfs(tiny)).bfree).toBe(before);
    const head = await store.write('a', full.subarray(0, 1_000_000), { contentType });
    expect(head.byteLength).toBe(1_000_000);
    await disposeOnDisk(dispose);
  }));

test('a signed PUT that fills the disk answers 507 and leaves nothing', () =>
  onTinyDisk(async (tiny) => {
    const { store, send, dispose } = await serveFileStore({ root: tiny });
    const answer = await send(await signPutOf(store, 'a', full), full);
    expect(answer.status).toBe(507);
    expect(JSON.parse(Buffer.from(answer.body).toString()).code).toBe('storage-full');
    expect(readdirSync(join(tiny, 'temporary'))).toEqual([]);
    await disposeOnDisk(dispose);
  }));

test('a connection serves on after a body that was refused half read', () =>
  onTinyDisk(async (tiny) => {
    const { store, dispose } = await serveFileStore({ root: tiny });
    const { url, headers } = await signPutOf(store, 'a', full);
    const { port, pathname, search } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const length = `content-length: ${full.byteLength}`;
    socket.write([`PUT ${pathname}${search} HTTP/1.1`, 'host: x', ...lines, length, '', ''].join('\r\n'));
    socket.write(full);
    socket.write('OPTIONS /storage/a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const answers = await text(socket);
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 507', 'HTTP/1.1 204']);
    await disposeOnDisk(dispose);
  }));

test('a reserve is kept free before the disk is full', () =>
  onTinyDisk(async (tiny) => {
    const { store, send, dispose } = await serveFileStore({ root: tiny, freeBytesReserve: 3 * 1024 * 1024 });
    const body = full.subarray(0, 2 * 1024 * 1024);
    expect((await send(await signPutOf(store, 'a', body), body)).status).toBe(507);
    const small = full.subarray(0, 1000);
    expect((await send(await signPutOf(store, 'b', small), small)).status).toBe(200);
    await disposeOnDisk(dispose);
  }));

test('running out of quota is a full disk, and other faults of a disk are not', () => {
  const fault = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });
  expect(toStorageError(fault('ENOSPC'))).toMatchObject({ code: 'storage-full' });
  expect(toStorageError(fault('EDQUOT'))).toMatchObject({ code: 'storage-full' });
  expect(toStorageError(fault('EIO'), 'a')).toMatchObject({ code: 'storage-unavailable', key: 'a' });
  const foreign = new Error('A listener broke.');
  expect(toStorageError(foreign)).toBe(foreign);
});

/** A mount point itself cannot be removed, which dispose tries. */
async function disposeOnDisk(dispose: () => Promise<void>): Promise<void> {
  await dispose().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EBUSY') throw error;
  });
}
