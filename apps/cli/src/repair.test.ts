import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { edfProgram, recordingBytes } from './test-support/edf-program.ts';
import type { EdfProgram } from './test-support/edf-program.ts';

let edf: EdfProgram;
beforeEach(async () => {
  edf = await edfProgram({});
});
afterEach(() => edf.remove());

/** A recording that was not closed: -1 data records, the last one cut. */
function unclosed(patient = 'X X X X'): Buffer {
  const bytes = Buffer.from(recordingBytes(0, { localPatientIdentification: patient }));
  bytes.write('-1      ', 236, 'latin1');
  return bytes.subarray(0, bytes.length - 7);
}

test('repair says what it would change, and writes nothing', async () => {
  await writeFile(join(edf.folder, 'night.edf'), unclosed());
  const { code, stdout } = await edf.run('repair', 'night.edf');
  expect(code).toBe(0);
  expect(stdout).toContain('byte 236, dataRecordCount: "-1" becomes "2" (EDF015');
  expect(stdout).toContain('2 changes planned  next: edf repair --apply night.edf');
  expect((await readdir(edf.folder)).filter((name) => name.startsWith('night'))).toEqual(['night.edf']);
});

test('repair --apply writes files that pass the check, and --undo brings the first bytes back', async () => {
  await mkdir(join(edf.folder, 'in/ward'), { recursive: true });
  await writeFile(join(edf.folder, 'in/ward/night.edf'), unclosed());
  await writeFile(join(edf.folder, 'in/good.edf'), recordingBytes());
  const ended = await edf.run('repair', 'in', '--apply', '--out', 'out', '--json');
  expect(ended.code).toBe(0);
  const [good, night] = ended.json();
  expect(good).toMatchObject({ file: 'in/good.edf', changes: [], output: null });
  expect(night).toMatchObject({ output: 'out/ward/night.edf', undo: 'out/ward/night.edf.undo.json' });
  expect(night.changes[0]).toMatchObject({
    offset: 236,
    before: '-1      ',
    after: '2       ',
    findings: ['EDF015'],
  });
  expect((await edf.run('check', 'out/ward/night.edf')).code).toBe(0);
  expect(await readFile(join(edf.folder, 'in/ward/night.edf'))).toEqual(unclosed());
  const undone = await edf.run(
    'repair',
    'out/ward/night.edf',
    '--undo',
    'out/ward/night.edf.undo.json',
    '--out',
    'back',
  );
  expect(undone.stdout).toBe('back/night.edf\n');
  expect(await readFile(join(edf.folder, 'back/night.edf'))).toEqual(unclosed());
});

test('repair --apply of a folder a second time repairs what is new, and leaves alone what it wrote itself', async () => {
  await mkdir(join(edf.folder, 'in'));
  await writeFile(join(edf.folder, 'in/a.edf'), unclosed());
  expect((await edf.run('repair', 'in', '--apply')).code).toBe(0);
  await writeFile(join(edf.folder, 'in/b.edf'), unclosed());
  const again = await edf.run('repair', 'in', 'gone.edf', '--apply', '--json');

  expect(again.code).toBe(1);
  expect(again.json().map(({ file, error, output }) => [file, error, output])).toEqual([
    ['gone.edf', 'there is no such file', null],
    ['in/a.edf', 'in/a.repaired.edf is there already; move it or choose --out', null],
    ['in/b.edf', null, 'in/b.repaired.edf'],
  ]);
});

test('repair never writes over a file, and tells no identification', async () => {
  await writeFile(join(edf.folder, 'night.edf'), unclosed(' Zaphod'));
  const planned = await edf.run('repair', 'night.edf', '--json');
  expect(planned.stdout).not.toContain('Zaphod');
  expect(planned.json()[0].changes[0]).toMatchObject({ field: 'localPatientIdentification' });
  expect((await edf.run('repair', 'night.edf', '--apply')).code).toBe(0);
  const again = await edf.run('repair', 'night.edf', '--apply');
  expect(again.code).toBe(1);
  expect(again.stdout).toContain('not repaired: night.repaired.edf is there already');
});

test('a file that cannot be read ends with 1, wrong usage with 2', async () => {
  await writeFile(join(edf.folder, 'page.edf'), '<html>'.repeat(100));
  expect((await edf.run('repair', 'page.edf')).code).toBe(1);
  expect((await edf.run('repair', 'page.edf', '--with', 'magic')).code).toBe(2);
  expect((await edf.run('repair', 'page.edf', '--plan', '--apply')).code).toBe(2);
});
