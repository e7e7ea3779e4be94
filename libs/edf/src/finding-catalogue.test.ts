import { byteSourceFromBytes } from './byte-source.ts';
import type { Finding } from './finding.ts';
import { findingCatalogue } from './finding-catalogue.ts';
import { FindingCollector, findingOf } from './finding.ts';
import { checkHeader } from './header.ts';
import type { EdfVariant } from './header.ts';
import { isEdfError } from './errors.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import {
  concatenated,
  goodOptions,
  goodRecording,
  latin1,
  withBytes,
  withField,
  withSignalField,
} from './test-support/recordings.ts';

const variants: EdfVariant[] = ['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'];
const plain = goodRecording('EDF');
const continuous = goodRecording('EDF+C');
// Three signal headers with the annotations signal, 18 bytes of samples before its block of 60.
const headerLength = 1024;
const recordLength = 78;
const blockStart = (record: number): number => headerLength + record * recordLength + 18;
const block = (record: number, text: string): Uint8Array =>
  withBytes(continuous, blockStart(record), latin1(text.padEnd(60, '\0')));
const twoOfLabel = (label: string): Uint8Array => withSignalField(plain, 'label', 1, label);
const fill = (length: number): Uint8Array => new Uint8Array(length);

/** For each finding this library gives: a file in which it appears. */
const spoilt: Record<string, Uint8Array> = {
  EDF001: plain.slice(0, 255),
  EDF002: withField(plain, 'version', 'RIFF'),
  EDF003: plain.slice(2),
  EDF004: withSignalField(plain, 'physicalDimension', 0, '\u00b5V'),
  EDF005: withField(plain, 'localPatientIdentification', 'patient\n1'),
  EDF006: withField(plain, 'dataRecordCount', '       3'),
  EDF007: withField(plain, 'startDate', '22/11/26'),
  EDF008: withField(plain, 'startDate', '30.02.26'),
  EDF009: withField(
    withField(continuous, 'startDate', '01.01.70'),
    'localRecordingIdentification',
    'Startdate 01-JAN-1970 X X X',
  ),
  EDF010: withField(plain, 'startDate', '22.11.yy'),
  EDF011: withField(plain, 'startTime', '24.00.00'),
  EDF012: withField(plain, 'headerByteLength', '512'),
  EDF013: withField(plain, 'reserved', 'EDF'),
  EDF014: withField(continuous, 'reserved', 'BDF+C'),
  EDF015: withField(plain, 'dataRecordCount', '-1'),
  EDF016: withField(plain, 'dataRecordCount', '0'),
  EDF017: plain.slice(0, -1),
  EDF018: plain.slice(0, -1),
  EDF019: concatenated([plain, fill(1)]),
  EDF020: withField(plain, 'dataRecordDuration', ''),
  EDF021: withField(plain, 'dataRecordDuration', '0'),
  EDF022: withField(plain, 'dataRecordDuration', '0.5'),
  EDF023: withField(withField(plain, 'signalCount', 'x'), 'headerByteLength', 'x'),
  EDF024: plain.slice(0, 767),
  EDF025: goodRecording('EDF', {
    signals: [{ ...goodOptions('EDF').signals[0]!, samplesPerDataRecord: 30_721 }],
  }),
  EDF026: withSignalField(plain, 'physicalMax', 0, '3276,7'),
  EDF027: withSignalField(plain, 'physicalMax', 0, ''),
  EDF028: withSignalField(plain, 'digitalMax', 0, '32767.0'),
  EDF029: withSignalField(plain, 'digitalMin', 0, '32767'),
  EDF030: withSignalField(plain, 'digitalMax', 0, '65534'),
  EDF031: withSignalField(plain, 'physicalMin', 0, '3276.7'),
  EDF032: withSignalField(plain, 'physicalMin', 0, '9999'),
  EDF033: withSignalField(plain, 'physicalDimension', 0, ''),
  EDF034: withSignalField(plain, 'samplesPerDataRecord', 0, 'x'),
  EDF035: withSignalField(plain, 'samplesPerDataRecord', 0, '0'),
  EDF036: twoOfLabel('EEG Fpz-Cz'),
  EDF037: twoOfLabel(''),
  EDF038: twoOfLabel('Fp1'),
  EDF039: withSignalField(plain, 'physicalDimension', 0, '.V'),
  EDF040: withSignalField(plain, 'prefiltering', 0, 'none'),
  EDF041: withSignalField(plain, 'prefiltering', 0, 'HP:0.1Hz LP:5Hz'),
  EDF042: withSignalField(plain, 'transducerType', 0, ''),
  EDF043: withSignalField(plain, 'reserved', 0, 'x'),
  EDF044: withSignalField(plain, 'physicalDimension', 0, 'Filtered'),
  EDF045: withSignalField(continuous, 'label', 2, 'EEG Pz-Oz'),
  EDF046: twoOfLabel('EDF Annotations'),
  EDF047: withSignalField(continuous, 'prefiltering', 2, 'HP:0Hz'),
  EDF048: withField(continuous, 'localPatientIdentification', 'A Name'),
  EDF049: withField(continuous, 'localRecordingIdentification', 'Startdate 22-Nov-2026 X X X'),
  EDF050: withField(continuous, 'localRecordingIdentification', 'Startdate 21-NOV-2026 X X X'),
  EDF051: withField(continuous, 'localPatientIdentification', 'X X 30-FEB-1990 X'),
  EDF052: block(1, '+1\x14text\x14\0'),
  EDF053: block(0, '+1\x14\x14\0'),
  EDF054: block(2, '+10\x14\x14\0'),
  EDF055: withField(continuous, 'reserved', 'EDF+D'),
  EDF056: block(2, '+1.5\x14\x14\0'),
  EDF057: block(1, '+1\x14\x14\0' + '1.5\x14text\x14\0'),
  EDF058: block(1, '+1\x14\x14+1.5\x14text\x14\0'),
  EDF059: block(1, '+1\x14\x14\0\0\0+1.5\x14text\x14\0'),
  EDF060: block(1, '+1\x14\x14\0+1.5\x14M\u00fcde\x14\0'),
  EDF061: block(1, '+1\x14\x14\0+90\x14text\x14\0'),
  EDF062: block(1, '+1\x14\x14\0+1.5\x14text\x14\0+1.5\x14text\x14\0'),
  EDF063: block(1, `+1\x14\x14\0+1.5\x14${'t'.repeat(48)}\x14\0`),
};

async function findingsOf(bytes: Uint8Array): Promise<Finding[]> {
  const { findings } = checkHeader(bytes, bytes.length);
  try {
    const file = await openEdf(byteSourceFromBytes(bytes));
    return [...findings, ...(await readAnnotations(file)).findings];
  } catch (error) {
    if (!isEdfError(error)) throw error;
    return findings;
  }
}

test.each(variants)('a good %s recording has no findings', async (variant) => {
  expect(await findingsOf(goodRecording(variant))).toEqual([]);
});

test('the catalogue names each finding once, in the order of ids', () => {
  const ids = findingCatalogue.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  const names = findingCatalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

const aboutSamples = ['EDF064', 'EDF065'];
const own = findingCatalogue.filter(({ id }) => !aboutSamples.includes(id));

test.each(own)('$id $name appears in a file spoilt for it', async ({ id, name, severity, clause }) => {
  const finding = (await findingsOf(spoilt[id]!)).find((candidate) => candidate.id === id);
  expect(finding).toMatchObject({ id, name, clause });
  if (!['EDF002', 'EDF023'].includes(id)) expect(finding!.severity).toBe(severity);
});

test('no message quotes the identification of patient or recording', async () => {
  const secret = 'Zaphod';
  for (const bytes of Object.values(spoilt)) {
    let named = bytes;
    if (bytes.length >= 256) {
      named = withField(
        named,
        'localPatientIdentification',
        `${secret} Q 2-aug-1951 ${secret} \n\u00e9 ${secret}`,
      );
      named = withField(named, 'localRecordingIdentification', `Startdate ${secret} ${secret} \u00e9`);
    }
    expect(JSON.stringify(await findingsOf(named))).not.toContain(secret);
  }
});

test('formal findings about many signals are joined into one that counts them', () => {
  const bytes = withSignalField(withSignalField(plain, 'transducerType', 0, ''), 'transducerType', 1, '');
  const { findings } = checkHeader(bytes, bytes.length);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    id: 'EDF042',
    signal: 0,
    message: 'A signal has no transducer type. (2 signals)',
  });
});

test('a collector keeps the first findings of an id and counts the rest', () => {
  const collector = new FindingCollector(2);
  const fault = (record: number): Finding => findingOf('EDF052', `Record ${record}.`, { record });
  collector.add([fault(0), findingOf('EDF055', 'Whole.'), fault(1)]);
  collector.add([fault(2), fault(3)]);
  expect(collector.finish().map(({ message }) => message)).toEqual([
    'Record 0.',
    'Whole.',
    'Record 1. (2 more findings like this one.)',
  ]);
  expect(collector.counts().get('EDF052')).toBe(4);
});

test('a finding outside the catalogue is a fault of the program', () => {
  expect(() => findingOf('EDF999', 'What?')).toThrow(RangeError);
});
