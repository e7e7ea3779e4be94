// The package as it would be published, in a project that has nothing else.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as edf from './index.ts';
import { publicDeclarations } from './test-support/public-declarations.ts';
import { goodRecording } from './test-support/recordings.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const minute = 60_000;
let folder: string;
let project: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edf-package-'));
  project = join(folder, 'project');
  const { stdout } = await run(process.execPath, [join(root, 'scripts/build-edf-package.mjs'), folder]);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  const cache = join(folder, 'npm-cache');
  const install = ['install', '--offline', '--no-audit', '--no-fund', '--cache', cache, stdout.trim()];
  await run('npm', install, { cwd: project });
}, 2 * minute);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the packed package brings no other, no test and no TypeScript source', async () => {
  expect((await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual([
    '@edf-pipeline',
  ]);
  const installed = join(project, 'node_modules/@edf-pipeline/edf');
  const files = await readdir(installed, { recursive: true });
  expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']));
  expect(files.filter((name) => /test|fuzz|\.tsx?$|\.map$/.test(name.replace(/\.d\.ts$/, '')))).toEqual([]);
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as object;
  expect(Object.keys(manifest)).not.toContain('dependencies');
  const repository = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(manifest).toMatchObject({ version: repository.version });
});

test('it declares what the golden file says, types too', async () => {
  const declared = publicDeclarations(join(project, 'node_modules/@edf-pipeline/edf/dist/index.d.ts'));
  const golden = join(import.meta.dirname, 'public-api.golden.txt');
  if (process.env.UPDATE_PUBLIC_API) await writeFile(golden, declared);
  expect(declared).toBe(await readFile(golden, 'utf8'));
});

test('in Node it has the names of the library, opens, checks and reads with both kernels', async () => {
  await writeFile(join(project, 'night.edf'), goodRecording('EDF+D'));
  await writeFile(
    join(project, 'use.js'),
    `import { readFileSync } from 'node:fs';
import * as edf from '@edf-pipeline/edf';
const source = edf.byteSourceFromBytes(new Uint8Array(readFileSync('night.edf')));
const recording = await edf.openEdf(source);
const { readable, findings } = await edf.checkEdf(source);
const sums = [];
for (const kernels of [await edf.loadKernels(), await edf.loadKernels(null)]) {
  const decoder = await edf.createSampleDecoder(recording, { kernels });
  for await (const block of decoder.blocks()) block.measure(0);
  sums.push(String(decoder.statistics(0).sum), kernels.memory instanceof WebAssembly.Memory);
}
const names = Object.keys(edf).sort();
console.log(JSON.stringify({ names, variant: recording.header.variant, readable, findings, sums }));
`,
  );
  const { stdout } = await run(process.execPath, ['use.js'], { cwd: project });
  const { names, ...used } = JSON.parse(stdout) as { names: string[] };
  expect(names).toEqual(Object.keys(edf).sort());
  expect(used).toEqual({
    variant: 'EDF+D',
    readable: true,
    findings: expect.any(Array),
    sums: ['-40260', true, '-40260', false],
  });
});

test(
  'a TypeScript project finds its types',
  async () => {
    const compilerOptions = {
      module: 'NodeNext',
      target: 'ES2023',
      lib: ['ES2024', 'DOM'],
      types: [],
      strict: true,
      noEmit: true,
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
    const use = (name: string): string => `import { openEdf, byteSourceFromBlob } from '@edf-pipeline/edf';
export async function labels(file: Blob): Promise<string[]> {
  const { header } = await openEdf(byteSourceFromBlob(file));
  return header.signals.map((signal) => signal.${name});
}
`;
    const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
    const check = (): Promise<unknown> => run(process.execPath, [tsc, '-p', '.'], { cwd: project });
    await writeFile(join(project, 'use.ts'), use('label'));
    await check();
    await writeFile(join(project, 'use.ts'), use('samplesPerDataRecord'));
    await expect(check()).rejects.toMatchObject({ stdout: expect.stringContaining('TS2322') });
  },
  minute,
);
