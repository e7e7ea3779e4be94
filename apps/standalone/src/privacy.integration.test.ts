import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { clientOf, endedJob, put, signedPut, uploaded } from './test-support/api-client.ts';
import { filesBelow, filesHolding, leftovers, objectKeys } from './test-support/data-on-disk.ts';
import { recordingBytes } from './test-support/generated-recordings.ts';
import { cleanUp, eventually, startProcess, temporaryFolder } from './test-support/standalone-process.ts';

const canary = {
  patient: 'CANARY7Patient',
  recording: 'CANARY7Recording',
  annotation: 'CANARY7Annotation',
  fileName: 'CANARY7File',
  badFile: 'CANARY7Garbage',
  idempotencyKey: 'CANARY7Key',
  token: 'CANARY7Token',
};
const canaries = Object.values(canary);
/** As they might stand in a log, too: encoded. */
const encodings = canaries.flatMap((text) => [
  text,
  Buffer.from(text).toString('hex'),
  Buffer.from(text).toString('base64').slice(0, 16),
]);
const mint = fileURLToPath(new URL('./mint-token.main.ts', import.meta.url));

afterAll(cleanUp);

test('what identifies a person stands in no log, no ledger, no key and no error, and nowhere after the deletion', async () => {
  const data = temporaryFolder();
  const started = startProcess({ data, env: { EDF_LOG_LEVEL: 'debug', EDF_SWEEP_SECONDS: '1' } });
  const url = await started.ready;
  const client = clientOf(url, data);
  const minted = await promisify(execFile)(process.execPath, [mint, '--data', data, '--tenant', 'other']);
  const errors: string[] = [];

  const spec = {
    patient: `X F X ${canary.patient}`,
    recording: `Startdate 17-MAY-2024 X X ${canary.recording}`,
    annotation: canary.annotation,
  };
  const good = await uploaded(client, recordingBytes(spec), `${canary.fileName}.edf`);
  expect((await endedJob(client, good.jobId)).status).toBe('succeeded');
  const zipped = await uploaded(client, gzipSync(recordingBytes(spec)), `${canary.fileName}.edf.gz`);
  expect((await endedJob(client, zipped.jobId)).status).toBe('succeeded');

  const odd = recordingBytes(spec);
  odd.write('99.99.99', 168, 'latin1');
  odd.write(canary.badFile.slice(0, 8), 236, 'latin1');
  const damaged = await uploaded(client, odd, `${canary.fileName}-odd.edf`);
  errors.push(JSON.stringify(await endedJob(client, damaged.jobId)));
  const bad = await uploaded(
    client,
    Buffer.from(`${canary.badFile} `.repeat(500)),
    `${canary.fileName}-bad.edf`,
  );
  const failed = await endedJob(client, bad.jobId);
  expect(failed.status).toBe('failed');
  errors.push(JSON.stringify(failed));
  const cutGzip = gzipSync(recordingBytes(spec)).subarray(0, 900);
  const cut = await uploaded(client, cutGzip, `${canary.fileName}-cut.edf.gz`);
  errors.push(JSON.stringify(await endedJob(client, cut.jobId)));

  // Refusals of all kinds, each with something in it that must not come back.
  const authorization = `Bearer ${minted.stdout.trim()}`;
  const json = { 'content-type': 'application/json', authorization };
  const refused = [
    fetch(`${url}/v1/uploads`, {
      method: 'POST',
      headers: { ...json, 'idempotency-key': canary.idempotencyKey },
      body: `{"${canary.patient}": `,
    }),
    fetch(`${url}/v1/uploads`, {
      method: 'POST',
      headers: { ...json, 'idempotency-key': canary.idempotencyKey },
      body: JSON.stringify({ fileName: canary.fileName, byteLength: -1 }),
    }),
    fetch(`${url}/v1/uploads`, {
      method: 'POST',
      headers: { ...json, 'idempotency-key': canary.idempotencyKey },
      body: JSON.stringify({
        fileName: canary.fileName,
        byteLength: 5000,
        headerBase64: Buffer.from(canary.badFile.repeat(50)).toString('base64'),
      }),
    }),
    fetch(`${url}/v1/limits`, { headers: { authorization: `Bearer ${canary.token}` } }),
    fetch(`${url}/v1/limits`, { headers: { authorization: `Bearer e30.${canary.token}.e30` } }),
    fetch(`${url}/v1/jobs/${failed.id}/result`, {
      headers: { authorization: `Bearer ${minted.stdout.trim()}` },
    }),
    fetch(`${url}/v1/recordings/${good.recordingId}`, { headers: { authorization } }),
  ];
  for (const answer of await Promise.all(refused)) {
    expect(answer.status).toBeGreaterThanOrEqual(400);
    errors.push(await answer.text());
  }
  const other = await client.createUpload(
    { fileName: canary.fileName, byteLength: 5000 },
    canary.idempotencyKey,
  );
  const signed = await signedPut(client, other.id, Buffer.alloc(5000));
  const notThose = await put(signed, Buffer.from(canary.badFile.padEnd(5000)));
  expect(notThose.status).toBe(400);
  errors.push(notThose.text);
  await client.abortUpload(other.id);

  for (const text of errors) for (const each of encodings) expect(text).not.toContain(each);
  expect(objectKeys(data).join('\n')).not.toMatch(/CANARY7/i);
  const holding = filesHolding(data, canaries).map((file) => path.relative(data, file));
  expect(holding.filter((file) => !file.startsWith('objects/objects/'))).toEqual([]);
  expect(holding.length).toBeGreaterThan(0);
  for (const file of filesBelow(data).filter((each) => /\/(ledger|lock)\./.test(each))) {
    const text = readFileSync(file, 'latin1');
    for (const each of encodings) expect(text).not.toContain(each);
    expect(text).not.toContain(minted.stdout.trim());
  }

  for (const { recordingId } of [good, zipped, damaged, bad, cut]) await client.deleteRecording(recordingId);
  await eventually('the deletions', 60, async () => (await client.listRecordings()).data.length === 0);
  await eventually(
    'that nothing is left',
    20,
    async () => objectKeys(data).length === 0 && leftovers(data).length === 0,
  );
  expect(filesHolding(data, encodings)).toEqual([]);
  const uploads = await client.listUploads({ limit: 200 });
  expect(uploads.data.map(({ fileName }) => fileName)).toEqual(uploads.data.map(() => null));

  expect(await started.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(filesHolding(data, encodings)).toEqual([]);
  const log = started.output();
  expect(log).toMatch(/"level":"info"/);
  for (const each of [
    ...encodings,
    minted.stdout.trim(),
    readFileSync(path.join(data, 'token'), 'utf8').trim(),
    'signature=',
  ]) {
    expect(log).not.toContain(each);
  }
}, 120_000);
