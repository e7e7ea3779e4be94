import { createHash } from 'node:crypto';
import { serveFileStore, smallPartBytes } from './served-file-store.ts';

/**
 * Run as a program: writes to the store in its argument until it is killed, in every way there is, and prints a line
 * for each acknowledgement: `wrote <key> <versionId> <sha256 of the bytes>`, or `deleted <prefix>`.
 */
const [root = '', run = ''] = process.argv.slice(2);
const { store, send } = await serveFileStore({ root });
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
const report = (line: string) => process.stdout.write(`${line}\n`);

async function writeObjects(name: string): Promise<never> {
  for (let count = 0; ; count += 1) {
    const key = `${run}/${name}/${count % 5}`;
    const bytes = randomBytesOf(count % 3 === 0 ? 300_000 : 2000);
    const head = await store.write(key, bytes, { contentType: 'text/plain' });
    report(`wrote ${key} ${head.versionId} ${digest(bytes)}`);
  }
}

async function putObjects(): Promise<never> {
  for (let count = 0; ; count += 1) {
    const key = `${run}/put/${count}`;
    const bytes = randomBytesOf(100_000);
    const promise = {
      byteLength: bytes.byteLength,
      checksumSha256: digest(bytes),
      contentType: 'text/plain',
    };
    const answer = await send(await store.signPut({ key, ...promise, expiresInSeconds: 60 }), bytes);
    report(`wrote ${key} ${answer.headers['x-amz-version-id']} ${digest(bytes)}`);
  }
}

async function completeUploads(): Promise<never> {
  for (let count = 0; ; count += 1) {
    const key = `${run}/multipart/${count}`;
    const { multipartId } = await store.createMultipart(key, 'text/plain');
    const bytes = [randomBytesOf(smallPartBytes), randomBytesOf(50_000), randomBytesOf(10)];
    const parts = bytes.map((each, index) => ({
      partNumber: index + 1,
      byteLength: each.byteLength,
      checksumSha256: digest(each),
    }));
    for (const [index, part] of parts.entries()) {
      await send(await store.signPart({ key, multipartId, ...part, expiresInSeconds: 60 }), bytes[index]);
    }
    const head = await store.completeMultipart(key, multipartId, parts, { ifAbsent: true });
    report(`wrote ${key} ${head.versionId} ${digest(Buffer.concat(bytes))}`);
  }
}

async function writeAndDelete(): Promise<never> {
  for (let count = 0; ; count += 1) {
    const prefix = `${run}/deleted/${count}/`;
    for (const name of ['a', 'a', 'b/c']) {
      await store.write(`${prefix}${name}`, randomBytesOf(1000), { contentType: 'text/plain' });
    }
    await store.deleteVersions(prefix);
    report(`deleted ${prefix}`);
  }
}

function randomBytesOf(byteLength: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(Math.min(byteLength, 65_536))).slice(0, byteLength);
}

report('ready');
await Promise.all([writeObjects('x'), writeObjects('y'), putObjects(), completeUploads(), writeAndDelete()]);
