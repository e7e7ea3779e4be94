import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createUlidFactory } from '@edf-pipeline/service';
import { createFileStore } from '@edf-pipeline/storage/file';
import { clientOf } from './test-support/api-client.ts';
import { leftovers } from './test-support/data-on-disk.ts';
import { cleanUp, startProcess, temporaryFolder } from './test-support/standalone-process.ts';

afterAll(cleanUp);

test('an upload in parts that was made and never noted down is ended at the next start; a noted one goes on', async () => {
  const data = temporaryFolder();
  const first = startProcess({ data });
  const announced = { fileName: 'night.edf', byteLength: 65 * 2 ** 20 };
  const upload = await clientOf(await first.ready, data).createUpload(announced, 'key-1');
  expect(upload.partCount).toBeGreaterThan(1);
  await first.kill('SIGKILL');
  const noted = leftovers(data);
  expect(noted).toHaveLength(1);

  const store = createFileStore({
    root: path.join(data, 'objects'),
    publicUrl: () => '',
    signingKey: randomBytes(32),
  });
  const uploadId = `upl_${createUlidFactory(() => new Date())()}`;
  await store.createMultipart(`source/local/${uploadId}/source.edf`, 'application/octet-stream');
  expect(leftovers(data)).toHaveLength(2);

  const second = startProcess({ data });
  const client = clientOf(await second.ready, data);
  expect(leftovers(data)).toEqual(noted);
  expect(await client.listParts(upload.id)).toEqual([]);
  expect((await client.getUpload(upload.id)).status).toBe('pending');
  await second.kill('SIGTERM');
}, 60_000);
