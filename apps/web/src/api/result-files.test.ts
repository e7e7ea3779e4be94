import type { Result } from '@edf-pipeline/contracts';
import { ResultFiles } from './result-files.ts';

function resultFiles(answers: Record<string, number>) {
  let loads = 0;
  let now = 0;
  const load = async () => {
    loads++;
    const file = {
      name: 'report.json',
      schemaVersion: 1,
      contentType: 'application/json',
      byteLength: 9,
      sha256: '',
    };
    return {
      jobId: 'job_1',
      recordingId: 'rec_1',
      expiresAt: new Date(now + 900_000).toISOString(),
      files: [{ ...file, url: `https://host/report?${loads}` }],
    } as unknown as Result;
  };
  const fetch = (async (url: string) => {
    const status = answers[url.split('?')[1]!] ?? 200;
    if (status === 206) return new Response(new Uint8Array(4), { status });
    return status === 200 ? Response.json({ from: url }) : new Response(null, { status });
  }) as unknown as typeof globalThis.fetch;
  const files = new ResultFiles({ load, fetch, now: () => now });
  return { files, loads: () => loads, advance: (seconds: number) => (now += seconds * 1000) };
}

test('addresses are asked for once and used while they are valid', async () => {
  const { files, loads, advance } = resultFiles({});
  await files.json('report.json');
  advance(600);
  await files.json('report.json');
  expect(loads()).toBe(1);
  advance(300);
  await files.json('report.json');
  expect(loads()).toBe(2);
});

test('files asked for together cause one request for addresses', async () => {
  const { files, loads } = resultFiles({});
  await Promise.all([files.json('report.json'), files.result(), files.byteSource('overview.bin')]);
  expect(loads()).toBe(1);
});

test('a file read by ranges gets a new address when the old one has expired in an idle hour', async () => {
  const answers: Record<string, number> = { 1: 206, 2: 206 };
  const { files, loads } = resultFiles(answers);
  const source = (await files.byteSource('report.json'))!;
  expect(await source.slice(0, 4)).toHaveLength(4);
  answers[1] = 403;
  expect(await source.slice(4, 8)).toHaveLength(4);
  expect(loads()).toBe(2);
});

test('an address that is refused is replaced', async () => {
  const { files } = resultFiles({ 1: 403 });
  expect(await files.json('report.json')).toEqual({ from: 'https://host/report?2' });
});

test('a file that the result does not hold is null', async () => {
  const { files } = resultFiles({});
  expect(await files.json('hypnogram.json')).toBeNull();
  expect(await files.byteSource('overview.bin')).toBeNull();
});

test('a file that stays refused is an error', async () => {
  const { files } = resultFiles({ 1: 403, 2: 403 });
  await expect(files.json('report.json')).rejects.toThrow('report.json could not be read');
});
