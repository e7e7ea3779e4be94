import fc from 'fast-check';
import { byteSourceFromBytes } from '../byte-source.ts';
import { readDigital } from '../index.ts';
import { isEdfError } from '../errors.ts';
import { checkHeader, parseHeader } from '../header.ts';
import { openEdf } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import {
  concatenated,
  goodRecording,
  latin1,
  withBytes,
  withField,
  withSignalField,
} from '../test-support/recordings.ts';
import { spoiltRecordings } from '../test-support/spoilt-recordings.ts';
import { applyChanges, isSameBytes } from './byte-change.ts';
import type { ByteChange } from './byte-change.ts';
import type { RepairChoices } from './repair-catalogue.ts';
import { repairCatalogue } from './repair-catalogue.ts';
import type { EdfRepair, RepairProof } from './repair-edf.ts';
import { repairEdf } from './repair-edf.ts';

const plain = goodRecording('EDF');
const continuous = goodRecording('EDF+C');

interface Repaired {
  bytes: Uint8Array;
  repair: EdfRepair;
  proof: RepairProof;
}

async function repaired(bytes: Uint8Array, choices?: RepairChoices): Promise<Repaired> {
  const repair = await repairEdf(byteSourceFromBytes(bytes), choices);
  const chunks: Uint8Array[] = [];
  const proof = await repair.write((chunk) => void chunks.push(chunk));
  return { bytes: concatenated(chunks), repair, proof };
}

async function changedBack(bytes: Uint8Array, undo: readonly ByteChange[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of applyChanges(byteSourceFromBytes(bytes), undo)) chunks.push(chunk);
  return concatenated(chunks);
}

async function idsOf(bytes: Uint8Array): Promise<string[]> {
  const file = await openEdf(byteSourceFromBytes(bytes));
  return [...file.findings, ...(await readAnnotations(file)).findings].map(({ id }) => id);
}

async function samplesOf(bytes: Uint8Array): Promise<number[][]> {
  const file = await openEdf(byteSourceFromBytes(bytes));
  const ordinary = file.header.signals.filter(({ isAnnotations }) => !isAnnotations);
  return Promise.all(
    ordinary.map(async ({ index, samplesPerDataRecord }) => [
      ...(await readDigital(file, index, 0, samplesPerDataRecord * file.dataRecordCount)),
    ]),
  );
}

test('a recording without findings is not changed', async () => {
  for (const variant of ['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'] as const) {
    const good = goodRecording(variant);
    const { bytes, repair } = await repaired(good);
    expect(repair.plan.changes).toEqual([]);
    expect(bytes).toEqual(good);
  }
});

const field = (name: string, value: string): Uint8Array => withField(plain, name as 'startDate', value);
const mended: [what: string, bytes: Uint8Array, finding: string, choices?: RepairChoices][] = [
  ['a header shifted to the front', plain.slice(2), 'EDF003'],
  ['a header shifted to the back', shiftedBack(), 'EDF003'],
  ['a micro sign', spoiltRecordings.EDF004!, 'EDF004'],
  ['a control byte', spoiltRecordings.EDF005!, 'EDF005'],
  ['a count at the right of its field', spoiltRecordings.EDF006!, 'EDF006'],
  ['a start date with slashes', field('startDate', '22/11/26'), 'EDF007'],
  ['a start time with colons', field('startTime', '23:15:30'), 'EDF011'],
  ['a wrong size of the header', spoiltRecordings.EDF012!, 'EDF012'],
  ['a text of the manufacturer', field('reserved', 'EDF'), 'EDF013', { with: ['reserved-text'] }],
  ['the marker of the other format', spoiltRecordings.EDF014!, 'EDF014'],
  ['-1 data records', spoiltRecordings.EDF015!, 'EDF015'],
  [
    'data records that nobody counted',
    field('dataRecordCount', '0'),
    'EDF016',
    { with: ['extra-data-records'] },
  ],
  ['a file cut short', plain.slice(0, -1), 'EDF017'],
  ['bytes after the last data record', spoiltRecordings.EDF019!, 'EDF019'],
  ['no number of signals', field('signalCount', 'x'), 'EDF023'],
  ['a decimal comma', spoiltRecordings.EDF026!, 'EDF026'],
  ['an exponent', withSignalField(plain, 'physicalMax', 0, '3.2E3'), 'EDF027'],
  ['a digital limit with decimals', spoiltRecordings.EDF028!, 'EDF028'],
  ['an annotations signal with prefiltering', spoiltRecordings.EDF047!, 'EDF047'],
  ['an EDF+ marker without annotations', spoiltRecordings.EDF045!, 'EDF045'],
  ['identification in free text', spoiltRecordings.EDF048!, 'EDF048', { with: ['identification-form'] }],
  ['a month in small letters', spoiltRecordings.EDF049!, 'EDF049', { with: ['identification-form'] }],
  [
    'two start dates',
    spoiltRecordings.EDF050!,
    'EDF050',
    { with: ['start-date-from-recording-identification'] },
  ],
  ['a recording of 1970', spoiltRecordings.EDF009!, 'EDF009', { with: ['clip-start-date'] }],
  ['a year without date', spoiltRecordings.EDF010!, 'EDF010', { with: ['clip-start-date'] }],
  ['gaps in EDF+C', spoiltRecordings.EDF054!, 'EDF054', { with: ['continuous-marker'] }],
  ['EDF+D without gaps', spoiltRecordings.EDF055!, 'EDF055'],
  ['TALs that run together', spoiltRecordings.EDF058!, 'EDF058'],
];

test.each(mended.map(([what], at) => [what, at] as const))(
  '%s is mended, and the mend undone',
  async (_what, at) => {
    const [, bytes, finding, choices] = mended[at]!;
    expect(await idsOf(bytes)).toContain(finding);
    const { bytes: after, repair, proof } = await repaired(bytes, choices);
    expect(await idsOf(after)).not.toContain(finding);
    expect(repair.plan.changes.flatMap(({ findings }) => findings)).toContain(finding);
    expect(after).toHaveLength(repair.plan.byteLength);
    expect(proof.samplesAfter).toBe(proof.samplesBefore);
    expect(isSameBytes(await changedBack(after, repair.undo), bytes)).toBe(true);
    expect(isSameBytes((await repaired(after, choices)).bytes, after)).toBe(true);
  },
);

test('the samples and annotations read are the same before and after', async () => {
  for (const [, bytes, finding, choices] of mended) {
    // Data records that were not counted are read only afterwards.
    if (finding === 'EDF016') continue;
    const { bytes: after } = await repaired(bytes, choices);
    expect(await samplesOf(after)).toEqual(await samplesOf(bytes));
    const annotations = async (of: Uint8Array) =>
      (await readAnnotations(await openEdf(byteSourceFromBytes(of)))).annotations;
    expect(await annotations(after)).toEqual(await annotations(bytes));
  }
});

test('every repair mends what it is for in one of these files', () => {
  const tested = new Set(mended.flatMap(([, , , choices]) => choices?.with ?? []));
  for (const { name, isDefault } of repairCatalogue) if (!isDefault) expect(tested).toContain(name);
  const findings = new Set(mended.map(([, , finding]) => finding));
  for (const { findings: ids } of repairCatalogue)
    expect(ids.some((id) => findings.has(id) || ['EDF002', 'EDF018'].includes(id))).toBe(true);
});

test('a repair left out is not made', async () => {
  const bytes = withField(field('startDate', '22/11/26'), 'dataRecordCount', '-1');
  const { repair } = await repaired(bytes, { without: ['date-form'] });
  expect(repair.plan.changes.map(({ field: name }) => name)).toEqual(['dataRecordCount']);
  const only = await repaired(bytes, { only: ['date-form'] });
  expect(only.repair.plan.changes.map(({ field: name }) => name)).toEqual(['startDate']);
});

test('Nihon Kohden files get the zero byte between the time-keeping TAL and the next', async () => {
  const start = 1024 + 78 + 18;
  const { bytes, repair } = await repaired(spoiltRecordings.EDF058!);
  const block = String.fromCharCode(...bytes.subarray(start, start + 21));
  expect(block).toBe('+1\x14\x14\0+1.5\x14text\x14\0\0\0\0\0\0');
  expect(repair.plan.changes).toMatchObject([{ record: 1, findings: ['EDF058'], isIdentifying: true }]);
});

test('TALs that fill their block to the last byte are left as they are', async () => {
  const text = `+1\x14\x14+1.5\x14${'t'.repeat(49)}\x14\0`;
  const bytes = withBytes(continuous, 1024 + 78 + 18, latin1(text));
  expect((await repaired(bytes)).repair.plan.changes).toEqual([]);
});

// Of 3 data records 2 and a part are there, or 3 and some bytes, counted as it may be.
const tails = ['-1', '', '0', '1', '2', '3', '9'].flatMap((count) => [
  withField(plain.slice(0, -1), 'dataRecordCount', count),
  withField(concatenated([plain, new Uint8Array(5)]), 'dataRecordCount', count),
]);

test('whichever repairs are chosen, the end of a file is dealt with once', async () => {
  const choices = fc.record({
    with: fc.subarray(names),
    without: fc.subarray(['truncated-tail', 'trailing-bytes', 'extra-data-records', 'data-record-count']),
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tails), choices, async (bytes, chosen) => {
      const { bytes: once } = await repaired(bytes, chosen as RepairChoices);
      const { repair } = await repaired(once, chosen as RepairChoices);
      expect(repair.plan.changes).toEqual([]);
    }),
    { numRuns: 300, seed: 2026 },
  );
});

test('a part of a data record that is to stay is not cut off as bytes that follow', async () => {
  const bytes = withField(plain.slice(0, -1), 'dataRecordCount', '-1');
  const choices: RepairChoices = { without: ['truncated-tail'] };
  const { bytes: once } = await repaired(bytes, choices);
  expect(once).toHaveLength(bytes.length);
  expect((await repaired(once, choices)).bytes).toHaveLength(bytes.length);
});

test('the only data record of a file is not cut off, though it is cut', async () => {
  const one = goodRecording('EDF', { dataRecordCount: 1 });
  for (const count of ['1', '-1', '0']) {
    const bytes = withField(one.slice(0, -1), 'dataRecordCount', count);
    expect((await repaired(bytes)).repair.plan.changes).toEqual([]);
  }
});

test('a recording whose samples cannot be located is refused with its code', async () => {
  for (const id of ['EDF001', 'EDF023', 'EDF024', 'EDF034']) {
    await expect(repairEdf(byteSourceFromBytes(spoiltRecordings[id]!))).rejects.toMatchObject({
      name: 'EdfError',
    });
  }
});

test('no header repair is made where one would change how samples are stored', async () => {
  // Without a version the reserved field decides: cleaned, it would say 24 bits.
  const bytes = withField(spoiltRecordings.EDF002!, 'reserved', '\x0124BIT');
  expect(parseHeader(bytes).bytesPerSample).toBe(2);
  const { bytes: after } = await repaired(bytes, { without: ['version'] });
  expect(parseHeader(after).bytesPerSample).toBe(2);
  const { bytes: whole } = await repaired(bytes);
  expect(parseHeader(whole).bytesPerSample).toBe(2);
});

test('a plan made for another file is not carried out', async () => {
  const { repair } = await repaired(spoiltRecordings.EDF015!);
  const chunks = applyChanges(byteSourceFromBytes(plain), repair.plan.changes);
  await expect(chunks.next()).rejects.toMatchObject({ code: 'range-invalid' });
});

const smallSpoilt = Object.values(spoiltRecordings).filter(({ length }) => length < 5000);
const names = repairCatalogue.map(({ name }) => name);
const someRepairs = fc.oneof(
  fc.constant({}),
  fc.constant({ with: names }),
  fc.record({ only: fc.subarray(names) }),
  fc.record({ with: fc.subarray(names), without: fc.subarray(names) }),
);

test('repair is idempotent and can be undone, whatever bytes a file holds', async () => {
  const mutation = fc.record({
    base: fc.constantFrom(...smallSpoilt, plain, continuous, goodRecording('BDF+D')),
    edits: fc.array(
      fc.tuple(
        fc.nat(1400),
        fc.string({ unit: fc.constantFrom(...'0123456789.,-+ eExXyEDFB\0\x14\x15\u00b5') }),
      ),
      { maxLength: 4 },
    ),
    cut: fc.nat(90),
    choices: someRepairs,
    extra: fc.oneof(fc.constant(0), fc.nat(40)),
  });
  await fc.assert(
    fc.asyncProperty(mutation, async ({ base, edits, cut, choices, extra }) => {
      let bytes: Uint8Array = base.slice(0, base.length - (cut < 80 ? 0 : cut - 80));
      bytes = concatenated([bytes, new Uint8Array(extra)]);
      for (const [at, text] of edits) bytes = withBytes(bytes, 0, overwritten(bytes, at, text));
      let once: Repaired;
      try {
        once = await repaired(bytes, choices);
      } catch (error) {
        if (!isEdfError(error)) throw error;
        expect(() => parseHeader(bytes)).toThrow();
        return;
      }
      expect(once.proof.samplesAfter).toBe(once.proof.samplesBefore);
      expect(isSameBytes(await changedBack(once.bytes, once.repair.undo), bytes)).toBe(true);
      expect(isSameBytes((await repaired(once.bytes, choices)).bytes, once.bytes)).toBe(true);
      expect(checkHeader(once.bytes, once.bytes.length).header).not.toBeNull();
    }),
    { numRuns: 500, seed: 2026 },
  );
});

function overwritten(bytes: Uint8Array, at: number, text: string): Uint8Array {
  const copy = bytes.slice();
  copy.set(latin1(text).subarray(0, Math.max(0, copy.length - at)), Math.min(at, copy.length));
  return copy;
}

/** A writer that counted characters: two bytes too many before the recording identification. */
function shiftedBack(): Uint8Array {
  return concatenated([plain.slice(0, 88), latin1('  '), plain.slice(88)]);
}
