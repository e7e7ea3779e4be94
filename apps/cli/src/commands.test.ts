import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeServer } from '@edf-pipeline/uploader/fake-server';
import type { FakeServer } from '@edf-pipeline/uploader/fake-server';
import { edfProgram, recordingBytes } from './test-support/edf-program.ts';
import type { EdfProgram } from './test-support/edf-program.ts';

let server: FakeServer;
let edf: EdfProgram;
beforeEach(async () => {
  server = await startFakeServer();
  edf = await edfProgram({ EDF_URL: server.url, EDF_TOKEN: server.token });
});
afterEach(async () => {
  await server.close();
  await edf.remove();
});

async function uploaded(name = 'night.edf'): Promise<{ recordingId: string; jobId: string }> {
  await writeFile(join(edf.folder, name), recordingBytes());
  return (await edf.run('put', name, '--json')).json()[0];
}

test('ls, jobs and status show what is here, for people and as JSON', async () => {
  const { recordingId, jobId } = await uploaded();
  const ls = await edf.run('ls');
  expect(ls.stdout).toMatch(new RegExp(`^${recordingId} .*succeeded +night.edf +next: edf get ${jobId}`));
  expect((await edf.run('ls', '--json')).json()[0]).toMatchObject({ id: recordingId });
  expect((await edf.run('jobs', '--status', 'succeeded')).stdout).toContain(jobId);
  expect((await edf.run('jobs', '--json')).json()[0]).toMatchObject({ id: jobId });
  const status = await edf.run('status', recordingId);
  expect(status.stdout).toMatch(/state +succeeded/);
  expect((await edf.run('status', jobId, '--json')).json()[0]).toMatchObject({
    id: jobId,
    status: 'succeeded',
  });
  for (const shown of [ls, status, await edf.run('jobs')])
    expect(shown.stdout).toMatch(/ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+05:45/);
  expect((await edf.run('ls', '--json')).json()[0].createdAt).toMatch(/Z$/);
  const upload = await edf.run('status', recordingId.replace('rec_', 'upl_'));
  expect(upload.stdout).toMatch(/state +completed/);
});

test('an id that is not there ends with 1 and a sentence', async () => {
  const { code, stderr } = await edf.run('status', `job_01${'A'.repeat(24)}`);
  expect(code).toBe(1);
  expect(stderr).toBe('edf: There is nothing with this id here.\n');
});

test('control characters of a file name never reach the terminal', async () => {
  const { recordingId } = await uploaded();
  const evil = 'night\u001b[2J\u202e\u009b31m.edf';
  server.recordings.set(recordingId, { ...server.recordings.get(recordingId)!, fileName: evil });
  for (const args of [['ls'], ['ls', '--json'], ['status', recordingId], ['status', recordingId, '--json']]) {
    const { stdout } = await edf.run(...args);
    expect(stdout).toContain('night\\u001b[2J\\u202e\\u009b31m.edf');
  }
  expect((await edf.run('ls', '--json')).json()[0].fileName).toBe(evil);
});

test('retry and cancel take a job or a recording', async () => {
  const { recordingId, jobId } = await uploaded();
  expect((await edf.run('retry', jobId)).stdout).toMatch(/queued {2}next: edf status job_/);
  expect((await edf.run('cancel', recordingId)).stdout).toContain(`${jobId}  canceling`);
});

test('rm asks, or needs --yes where nobody can be asked', async () => {
  const { recordingId } = await uploaded();
  const asked = await edf.run('rm', recordingId);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain('add --yes');
  expect((await edf.run('rm', recordingId, '--yes')).stdout).toContain('deleting');
  expect(server.recordings.get(recordingId)!.status).toBe('deleting');
});

test('get fetches every file of a result and the recording, verified, and leaves nothing half', async () => {
  const { recordingId } = await uploaded();
  server.resultFiles.set('report.json', new TextEncoder().encode('{}'));
  server.resultFiles.set('overview.bin', new Uint8Array(100_000).fill(7));
  server.resultFiles.set('original', recordingBytes());
  let isCut = false;
  server.react = ({ path }) => (path.includes('overview') && !isCut ? ((isCut = true), 'cut') : null);
  server.recordings.get(recordingId)!.fileName = '../../night.edf';
  // 'original' is held by the fake among the result files: it is fetched as one of them too.
  const { code, stdout, stderr } = await edf.run('get', recordingId, '--out', 'out/here', '--original');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('verified');
  const names = await readdir(join(edf.folder, 'out/here'));
  expect(names.sort()).toEqual(['manifest.json', 'night.edf', 'original', 'overview.bin', 'report.json']);
  const original = await readFile(join(edf.folder, 'out/here/night.edf'));
  expect(original.equals(Buffer.from(recordingBytes()))).toBe(true);
});

test('a result file whose bytes are others than promised is not kept', async () => {
  const { recordingId } = await uploaded();
  const good = new TextEncoder().encode('{"a":1}');
  server.resultFiles.set('report.json', good);
  server.react = ({ path }) => (path.includes('/store/result') ? { status: 200, body: '{"a":2}' } : null);
  const { code, stderr } = await edf.run('get', recordingId, '--out', 'out');
  expect(code).toBe(1);
  expect(stderr).toContain('checksum differs');
  expect(await readdir(join(edf.folder, 'out'))).toEqual([]);
  expect(createHash('sha256').update(good).digest('hex')).toHaveLength(64);
});

test('watch tells changes as they come and ends with 130 on Ctrl-C', async () => {
  const { jobId } = await uploaded();
  const running = edf.start('watch', '--json');
  await running.until(/watching/);
  server.tell({ type: 'job', object: { ...server.jobs.get(jobId)!, version: 7 } });
  await running.until(/"version":7/);
  running.child.kill('SIGINT');
  const ended = await running.ended;
  expect(ended.code).toBe(130);
  expect(ended.json()[0]).toMatchObject({ type: 'job', cursor: '1', object: { id: jobId } });
});

describe('check', () => {
  test('tells of each file, also beside one that is not there; info does the same', async () => {
    await writeFile(join(edf.folder, 'night.edf'), recordingBytes());
    await writeFile(join(edf.folder, 'page.edf'), '<!doctype html>');
    const files = ['gone.edf', 'page.edf', 'night.edf'];
    const checked = await edf.run('check', ...files, '--json');
    expect([checked.code, checked.json().map(({ file, readable }) => [file, readable])]).toEqual([
      1,
      [
        ['gone.edf', false],
        ['page.edf', false],
        ['night.edf', true],
      ],
    ]);
    expect(checked.json()[0].findings).toMatchObject([
      { severity: 'fatal', message: 'there is no such file' },
    ]);
    const told = await edf.run('info', ...files, '--json');
    expect([told.code, told.json().map(({ file, readable }) => [file, readable])]).toEqual([
      1,
      [
        ['gone.edf', false],
        ['page.edf', false],
        ['night.edf', undefined],
      ],
    ]);
  });

  test('of a correct file finds nothing and needs no server', async () => {
    await server.close();
    await writeFile(join(edf.folder, 'night.edf'), recordingBytes());
    const { code, stdout } = await edf.run('check', 'night.edf');
    expect(stdout).toContain('night.edf: EDF, 1 signal, 3 s, 1.11 kB;');
    expect(stdout).toContain('next: edf put night.edf');
    expect(code).toBe(0);
  });

  test('tells each finding with its place and clause; one JSON object a file', async () => {
    const cut = recordingBytes().slice(0, 1_000);
    await writeFile(join(edf.folder, 'cut.edf'), cut);
    await writeFile(join(edf.folder, 'page.edf'), '<html>'.repeat(100));
    await writeFile(join(edf.folder, 'empty.edf'), '');
    const people = await edf.run('check', 'cut.edf');
    expect(people.stdout).toMatch(/cut\.edf: (error|warning) EDF\d+ [a-z-]+: .* \(.*EDF.*\)\n/);
    const ended = await edf.run('check', 'cut.edf', 'page.edf', 'empty.edf', '--json');
    expect(ended.code).toBe(1);
    const [, page, empty] = ended.json();
    expect(page).toMatchObject({
      ok: false,
      variant: null,
      findings: [{ severity: 'fatal', name: 'version-not-edf' }],
    });
    expect(empty).toMatchObject({ ok: false, byteLength: 0 });
    expect(empty.findings[0]).toMatchObject({ severity: 'fatal' });
  });

  test('shows labels that could steer a terminal escaped', async () => {
    const bytes = Buffer.from(recordingBytes());
    bytes.write('\u001b[2J', 256, 'latin1');
    await writeFile(join(edf.folder, 'night.edf'), bytes);
    const { stdout } = await edf.run('check', 'night.edf');
    expect(stdout).not.toContain('\u001b');
  });
});

test('help and version end with 0', async () => {
  expect((await edf.run('--help')).code).toBe(0);
  expect((await edf.run('put', '--help')).stdout).toContain('--dry-run');
  const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  expect((await edf.run('--version')).stdout).toBe(
    `${(JSON.parse(manifest) as { version: string }).version}\n`,
  );
});
