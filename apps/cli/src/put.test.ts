import { chmod, mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { problemOf, startFakeServer } from '@edf-pipeline/uploader/fake-server';
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

const write = (name: string, bytes: Uint8Array | string) => writeFile(join(edf.folder, name), bytes);
const puts = () => server.log.filter((line) => line.startsWith('PUT')).length;

test('a file is uploaded, its header ahead, and the line ends with the next command', async () => {
  await write('night.edf', recordingBytes());
  const { code, stdout, stderr } = await edf.run('put', 'night.edf');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^night\.edf {2}uploaded {2}rec_\w+ {2}next: edf status job_\w+\n$/);
  expect(server.bodies.get('POST /v1/uploads')).toMatchObject({
    fileName: 'night.edf',
    headerBase64: Buffer.from(recordingBytes().subarray(0, 512)).toString('base64'),
  });
});

test('several files with --wait --json give one object a line with exactly the agreed keys', async () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) await write(`${seed}.edf`, recordingBytes(seed));
  const ended = await edf.run('put', ...[1, 2, 3, 4, 5, 6].map((seed) => `${seed}.edf`), '--wait', '--json');
  expect(ended.code).toBe(0);
  const lines = ended.json();
  expect(lines.map(({ file }) => file).sort()).toEqual([
    '1.edf',
    '2.edf',
    '3.edf',
    '4.edf',
    '5.edf',
    '6.edf',
  ]);
  for (const line of lines) {
    expect(Object.keys(line).sort()).toEqual([
      'code',
      'duplicate',
      'file',
      'findings',
      'jobId',
      'recordingId',
      'status',
    ]);
    expect(line).toMatchObject({ status: 'succeeded', code: null, duplicate: false });
  }
});

test('a second run says what is already here and sends nothing', async () => {
  await write('night.edf', recordingBytes());
  const [first] = (await edf.run('put', 'night.edf', '--json')).json();
  const [second] = (await edf.run('put', 'night.edf', '--json', '--wait')).json();
  expect(second).toMatchObject({ recordingId: first.recordingId, duplicate: true, status: 'succeeded' });
  const { stdout, code } = await edf.run('put', 'night.edf');
  expect(stdout).toContain('already here');
  expect(code).toBe(0);
  expect(puts()).toBe(1);
});

test('a failed job is told with its code and reason, and the exit code is 1', async () => {
  server.jobNow = (job) => ({
    ...job,
    status: 'failed',
    error: {
      class: 'invalid_input',
      code: 'digital-range-invalid',
      message: 'The digitalMax 0 is not above the digitalMin 0.',
      retryable: false,
    },
  });
  await write('night.edf', recordingBytes());
  const ended = await edf.run('put', 'night.edf', '--wait');
  expect(ended.code).toBe(1);
  expect(ended.stdout).toMatch(
    /failed \(digital-range-invalid\): The digital maximum 0 is not above the digital minimum 0\. .*next: edf retry job_/,
  );
});

test('a refused file is named by its first fatal finding; the others go on', async () => {
  await write('good.edf', recordingBytes());
  await write('page.edf', '<html>'.repeat(100));
  await write('empty.edf', '');
  server.react = ({ method, path, headers }) => {
    if (method !== 'POST' || path !== '/v1/uploads') return null;
    // The recording's header makes its announcement longer than that of the page.
    if (Number(headers['content-length']) > 700) return null;
    const findings = [
      { id: 'EDF004', name: 'header-byte-not-ascii', severity: 'warning' as const, message: 'x' },
      { id: 'EDF002', name: 'version-not-edf', severity: 'fatal' as const, message: 'x' },
    ];
    return problemOf(422, 'unsupported-edf', { findings });
  };
  const ended = await edf.run('put', 'good.edf', 'page.edf', 'empty.edf', '--json');
  const byFile = Object.fromEntries(ended.json().map((line) => [line.file, line]));
  expect(byFile['page.edf']).toMatchObject({
    status: 'refused',
    code: 'version-not-edf',
    recordingId: null,
    findings: 2,
  });
  expect(byFile['empty.edf']).toMatchObject({ status: 'refused', code: 'empty-file' });
  expect(byFile['good.edf']).toMatchObject({ status: 'uploaded' });
  expect(ended.code).toBe(1);
});

test('a file over the limit is refused before it is read', async () => {
  server.maxFileBytes = 1_000;
  await write('night.edf', recordingBytes());
  const ended = await edf.run('put', 'night.edf', '--json');
  expect(ended.json()[0]).toMatchObject({ status: 'refused', code: 'file-too-large' });
});

test('a missing file and a folder are told together, in sentences, before anything is sent', async () => {
  await mkdir(join(edf.folder, 'nights'));
  await write('good.edf', recordingBytes());
  const { code, stderr } = await edf.run('put', 'good.edf', 'gone.edf', 'nights');
  expect(code).toBe(2);
  expect(stderr).toContain('edf: gone.edf: there is no such file');
  expect(stderr).toContain('edf: nights: is a folder; add --recursive');
  expect(stderr).not.toMatch(/\bat .*\.ts/);
  expect(server.log).toEqual([]);
});

test('folders are searched with --recursive; what is no recording is named, not dropped silently', async () => {
  await mkdir(join(edf.folder, 'nights', 'b'), { recursive: true });
  await write('nights/a.EDF', recordingBytes(1));
  await write('nights/b/b.bdf', recordingBytes(2));
  await write('nights/b/notes.txt', 'x');
  await write('nights/._a.EDF', 'x');
  await write('nights/c.edf.gz', gzipSync(recordingBytes(3)));
  const ended = await edf.run('put', '-r', 'nights', '--dry-run', '--json');
  expect(ended.json().map(({ file, status }) => [file, status])).toEqual([
    ['nights/a.EDF', 'planned'],
    ['nights/b/b.bdf', 'planned'],
    ['nights/c.edf.gz', 'planned'],
  ]);
  expect(ended.stderr).toContain('1 other files ignored: nights/b/notes.txt');
  expect(server.log).toEqual([]);
});

test('Ctrl-C ends with 130, and the same command goes on with the parts that are missing', async () => {
  await write('huge.edf', recordingBytes());
  // Five parts; the rest is a hole.
  await truncate(join(edf.folder, 'huge.edf'), 70 * 1024 * 1024);
  let hung = () => {};
  const hanging = new Promise<void>((resolve) => (hung = resolve));
  let sent = 0;
  server.react = ({ method }) => {
    if (method !== 'PUT' || ++sent <= 2) return null;
    hung();
    return 'hang';
  };
  const running = edf.start('put', 'huge.edf', '--parallel', '1');
  await hanging;
  running.child.kill('SIGINT');
  const stopped = await running.ended;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain('the same command goes on');

  const [state] = await readdir(join(edf.folder, 'state/edf-pipeline/resume'));
  const path = join(edf.folder, 'state/edf-pipeline/resume', state!);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, 'utf8')).not.toContain('huge');

  server.react = () => null;
  const again = await edf.run('put', 'huge.edf', '--parallel', '1');
  expect(again.code).toBe(0);
  expect(puts()).toBe(5);
  expect(server.uploads.size).toBe(1);
  expect(await readdir(join(edf.folder, 'state/edf-pipeline/resume'))).toEqual([]);
});

test('a file that was changed meanwhile does not go on with the old upload', async () => {
  await write('night.edf', recordingBytes());
  server.react = ({ path }) => (path.endsWith('/complete') ? problemOf(409, 'state-conflict') : null);
  expect((await edf.run('put', 'night.edf')).code).toBe(1);
  await write('night.edf', recordingBytes(9));
  await utimes(join(edf.folder, 'night.edf'), 1_000, 1_000);
  server.react = () => null;
  expect((await edf.run('put', 'night.edf')).code).toBe(0);
  expect(server.uploads.size).toBe(2);
});

test('a server that is not there ends with 4 and says what to do', async () => {
  await write('night.edf', recordingBytes());
  const { code, stderr } = await edf.run('put', 'night.edf', '--url', 'http://127.0.0.1:9');
  expect(code).toBe(4);
  expect(stderr).toContain('Is http://127.0.0.1:9 running? The same command goes on later.');
});

test.each([
  [['put'], 'missing required argument'],
  [['put', 'x', '--parallel', '0'], '--parallel takes a whole number'],
  [['put', 'x', '--colour'], 'unknown option'],
  [['frobnicate'], 'unknown command'],
  [['status', 'nonsense'], 'nonsense is no id of a recording or job or upload'],
  [['ls', '--url', 'nonsense'], 'nonsense is no address'],
])('edf %j is a mistake of usage', async (args, sentence) => {
  const { code, stderr } = await edf.run(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
});

describe('the access token', () => {
  const entry = async (mode: number, token: string) => {
    const state = join(edf.folder, 'state/edf-pipeline');
    await mkdir(state, { recursive: true });
    const tokenFile = join(edf.folder, 'token');
    await writeFile(tokenFile, `${token}\n`);
    await chmod(tokenFile, mode);
    const path = join(state, `${new URL(server.url).host.replace(':', '-')}.json`);
    await writeFile(path, JSON.stringify({ url: server.url, tokenFile }), { mode: 0o600 });
  };
  beforeEach(() => {
    delete edf.env.EDF_TOKEN;
  });

  test('of the standalone on this machine is found by its address', async () => {
    await entry(0o600, server.token);
    expect((await edf.run('ls')).code).toBe(0);
    const byName = await edf.run('ls', '--url', server.url.replace('127.0.0.1', 'localhost'));
    expect(byName.code).toBe(0);
  });

  test('that others can read is not used', async () => {
    await entry(0o644, server.token);
    const { code, stderr } = await edf.run('ls');
    expect(code).toBe(3);
    expect(stderr).toContain('can be read by others');
  });

  test('that is refused is read again once, then told', async () => {
    await entry(0o600, 'old');
    const { code, stderr } = await edf.run('ls');
    expect(code).toBe(3);
    expect(stderr).toContain('does not accept this access token');
    expect(server.log).toHaveLength(2);
  });

  test('that is nowhere is asked for', async () => {
    const { code, stderr } = await edf.run('put', '--dry-run', 'x').then(() => edf.run('ls'));
    expect(code).toBe(3);
    expect(stderr).toContain('--token or EDF_TOKEN');
  });

  test('that is nowhere, at an address where nobody answers, is a matter of starting the product', async () => {
    await server.close();
    const { code, stderr } = await edf.run('ls');
    expect(code).toBe(4);
    expect(stderr).toContain('npm start starts the product on this machine');
  });
});
