import type { WriteOptions } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';
import { checkFile, hasPatientName } from './file-check.ts';

const options: WriteOptions = {
  variant: 'EDF',
  startDateTime: '2024-03-01T22:00:00',
  dataRecordDurationSeconds: 1,
  signals: [
    { label: 'EEG', physicalDimension: 'uV', physicalMin: -100, physicalMax: 100, samplesPerDataRecord: 2 },
  ],
  dataRecordCount: 3,
  localPatientIdentification: 'X X X X',
};

function edfFile(name = 'a.edf'): File {
  const records = [0, 1, 2].map((record) => encodeDataRecord(options, record, { samples: [[1, 2]] }));
  return new File([encodeHeader(options), ...records] as BlobPart[], name);
}

test('an EDF tells what it holds before it is sent', async () => {
  expect(await checkFile(edfFile())).toMatchObject({
    kind: 'edf',
    variant: 'EDF',
    signalCount: 1,
    durationSeconds: 3,
    startDateTime: '2024-03-01T22:00:00',
    hasPatientName: false,
  });
});

test('an EDF is one under any name', async () => {
  expect((await checkFile(edfFile('night.dat'))).kind).toBe('edf');
});

test.each(['night.edf.gz', 'night.BDF.gz', 'night.edfz', 'night.edf'])(
  'a gzip file named %s goes to the server, which inflates it',
  async (name) => {
    const gzip = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 0]);
    expect(await checkFile(new File([gzip], name))).toEqual({ kind: 'compressed' });
  },
);

test('a gzip file of something else is ignored, a gzip name around a plain EDF changes nothing', async () => {
  const gzip = new Uint8Array([0x1f, 0x8b, 8, 0]);
  expect((await checkFile(new File([gzip], 'backup.tar.gz'))).kind).toBe('ignored');
  expect((await checkFile(edfFile('night.edf.gz'))).kind).toBe('edf');
  expect((await checkFile(new File(['no gzip at all'], 'night.edfz'))).kind).toBe('refused');
});

test.each([
  ['%PDF-1.7 …', 'This is not an EDF: the file begins with “%PDF-1.7” (a PDF document).'],
  [
    '<!DOCTYPE html>',
    'This is not an EDF: the file begins with “<!DOCTYP” (a web page; the download may have failed).',
  ],
  ['\u0001\u0002\u0003\u0004', 'This is not an EDF: the file begins with the bytes 01 02 03 04.'],
])('what only has the name of an EDF is refused by what it begins with', async (content, reason) => {
  expect(await checkFile(new File([content], 'a.edf'))).toEqual({ kind: 'refused', reason });
});

test('other files of a folder are ignored, an empty EDF is refused', async () => {
  expect(await checkFile(new File(['<xml/>'], 'scoring.xml'))).toEqual({
    kind: 'ignored',
    reason: 'not an EDF or BDF file',
  });
  expect(await checkFile(new File([], 'a.edf'))).toEqual({
    kind: 'refused',
    reason: 'The file is empty (0 bytes).',
  });
});

test('a header that ends early is refused with a reason', async () => {
  const cut = new File([encodeHeader(options).subarray(0, 300) as BlobPart], 'a.edf');
  expect((await checkFile(cut)).kind).toBe('refused');
});

test('a name in the patient field is noticed, placeholders are not', () => {
  const of = (variant: 'EDF' | 'EDF+C', localPatientIdentification: string) =>
    hasPatientName({ variant, localPatientIdentification });
  expect(of('EDF+C', 'MCH-0234567 F 02-MAY-1951 Haagse_Harry')).toBe(true);
  expect(of('EDF+C', 'MCH-0234567 F 02-MAY-1951 X')).toBe(false);
  expect(of('EDF', 'X X X X')).toBe(false);
  expect(of('EDF', 'John Doe')).toBe(true);
  expect(of('EDF', '')).toBe(false);
});
