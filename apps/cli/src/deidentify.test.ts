import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  byteSourceFromBytes,
  createEdfWriter,
  memorySink,
  openEdf,
  readAnnotations,
} from '@edf-pipeline/edf';
import { edfProgram } from './test-support/edf-program.ts';
import type { EdfProgram } from './test-support/edf-program.ts';

let edf: EdfProgram;
beforeEach(async () => {
  edf = await edfProgram({});
  await mkdir(join(edf.folder, 'events'));
});
afterEach(() => edf.remove());

/** A recording that has no samples: events alone. */
async function events(text: string): Promise<Uint8Array> {
  const sink = memorySink();
  const writer = createEdfWriter(sink, {
    variant: 'EDF+C',
    startDateTime: '2020-03-02T10:00:00',
    dataRecordDurationSeconds: 0,
    signals: [],
    annotations: [{ onsetNs: 5_000_000_000n, text }],
  });
  await writer.finish();
  return sink.bytes();
}

async function textsIn(folder: string): Promise<string[]> {
  const names = (await readdir(join(edf.folder, folder))).filter((name) => name.endsWith('.edf'));
  const texts = names.map(async (name) => {
    const bytes = new Uint8Array(await readFile(join(edf.folder, folder, name)));
    const { annotations } = await readAnnotations(await openEdf(byteSourceFromBytes(bytes)));
    return annotations.map(({ text }) => text).join();
  });
  return (await Promise.all(texts)).sort();
}

test('recordings of annotations alone are all kept, also with --force', async () => {
  await writeFile(join(edf.folder, 'events/a.edf'), await events('Obstructive Apnea'));
  await writeFile(join(edf.folder, 'events/b.edf'), await events('Central Apnea'));
  const { code, stderr } = await edf.run('deidentify', '-r', 'events', '--out', 'clean', '--force');
  expect([code, stderr]).toEqual([0, '']);
  expect(await textsIn('clean')).toEqual(['Central Apnea', 'Obstructive Apnea']);
});

test('two recordings that become the same are written once, and the second is told with exit code 1', async () => {
  for (const name of ['a', 'b'])
    await writeFile(join(edf.folder, `events/${name}.edf`), await events('Central Apnea'));
  const { code, stderr } = await edf.run('deidentify', '-r', 'events', '--out', 'clean', '--force');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/b\.edf: the same as .*a\.edf once de-identified/),
  ]);
  expect(await textsIn('clean')).toEqual(['Central Apnea']);
});

test('a file that is no recording, or is written already, does not stop the others', async () => {
  await writeFile(join(edf.folder, 'events/b.edf'), await events('Central Apnea'));
  expect((await edf.run('deidentify', 'events/b.edf', '--out', 'clean')).code).toBe(0);
  await writeFile(join(edf.folder, 'events/a.edf'), '<html>'.repeat(100));
  await writeFile(join(edf.folder, 'events/c.edf'), await events('Obstructive Apnea'));
  const { code, stderr } = await edf.run('deidentify', '-r', 'events', '--out', 'clean');
  expect(code).toBe(1);
  expect(stderr).toMatch(/a\.edf: The file does not begin like an EDF or BDF file\./);
  expect(stderr).toMatch(/b\.edf: .* exists; --force replaces it/);
  expect(await textsIn('clean')).toEqual(['Central Apnea', 'Obstructive Apnea']);
});
