import { byteSourceFromBytes } from './byte-source.ts';
import type { Finding } from './finding.ts';
import { findingCatalogue } from './finding-catalogue.ts';
import { FindingCollector, findingOf } from './finding.ts';
import { checkHeader } from './header.ts';
import type { EdfVariant } from './header.ts';
import { isEdfError } from './errors.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import { goodOptions, goodRecording, withField, withSignalField } from './test-support/recordings.ts';
import { spoiltRecordings as spoilt } from './test-support/spoilt-recordings.ts';

const variants: EdfVariant[] = ['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'];
const plain = goodRecording('EDF');

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

// The others need samples, texts or the file name: checkEdf gives them (check/check-edf.test.ts).
const own = findingCatalogue.filter(({ id }) => id < 'EDF064');

test.each(own)('$id $name appears in a file spoilt for it', async ({ id, name, severity, clause }) => {
  const finding = (await findingsOf(spoilt[id]!)).find((candidate) => candidate.id === id);
  expect(finding).toMatchObject({ id, name, clause });
  if (!['EDF002', 'EDF023'].includes(id)) expect(finding!.severity).toBe(severity);
});

test('a log-transformed signal is an error only where its parameters cannot be read', async () => {
  const marked = withSignalField(plain, 'physicalDimension', 0, 'Filtered');
  const parameters = 'sign*LN[sign*(uV      )/(0.01    )]/(0.002   )';
  expect(await findingsOf(withSignalField(marked, 'prefiltering', 0, parameters))).toMatchObject([
    { id: 'EDF044', severity: 'info', signal: 0 },
  ]);
  const broken = withSignalField(marked, 'prefiltering', 0, parameters.replace('0.002', '-1   '));
  expect(await findingsOf(broken)).toMatchObject([
    { id: 'EDF044', severity: 'error', signal: 0 },
    { id: 'EDF040' },
  ]);
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
    signals: [0, 1],
    message: 'A signal has no transducer type. (2 signals: 1 to 2)',
  });
});

test('a joined finding names each of its signals, and a finding about one signal has no list', () => {
  const { signals } = goodOptions('EDF');
  const of = (count: number, isBlank: (index: number) => boolean): Finding[] => {
    const many = Array.from({ length: count }, (_, index) => ({
      ...signals[0]!,
      label: `EEG ${index}`,
      transducerType: isBlank(index) ? '' : 'AgAgCl electrode',
    }));
    const bytes = goodRecording('EDF', { signals: many });
    return checkHeader(bytes, bytes.length).findings;
  };
  const [finding, ...others] = of(9, (index) => [0, 2, 3, 4, 8].includes(index));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    signals: [0, 2, 3, 4, 8],
    message: 'A signal has no transducer type. (5 signals: 1, 3 to 5, 9)',
  });
  expect(of(9, (index) => index === 4)[0]).not.toHaveProperty('signals');
  const [scattered] = of(60, (index) => index % 2 === 0);
  expect(scattered!.signals).toHaveLength(30);
  expect(scattered!.message).toMatch(/ \(30 signals: 1, 3, .*, 23 and 18 more stretches\)$/);
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
