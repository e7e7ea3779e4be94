import { byteSourceFromBytes } from '../byte-source.ts';
import { isEdfError } from '../errors.ts';
import { findingCatalogue } from '../finding-catalogue.ts';
import type { Finding } from '../finding.ts';
import type { EdfVariant } from '../header.ts';
import { isMendedByPatch } from '../test-support/mended-by-patch.ts';
import {
  concatenated,
  goodOptions,
  goodRecording,
  latin1,
  recordingBytes,
  withBytes,
  withField,
  withSignalField,
} from '../test-support/recordings.ts';
import { seededNumbers } from '../test-support/seeded.ts';
import {
  spoiltNames,
  spoiltRecordings,
  statusLimits,
  statusWell,
  withChecksums,
  withStatus,
} from '../test-support/spoilt-recordings.ts';
import type { EdfCheck } from './check-edf.ts';
import { checkEdf } from './check-edf.ts';

const variants: EdfVariant[] = ['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'];
const anonymous = (variant: EdfVariant) =>
  goodRecording(variant, { localPatientIdentification: variant.includes('+') ? 'X X X X' : '' });

const check = (bytes: Uint8Array, fileName?: string): Promise<EdfCheck> =>
  checkEdf(byteSourceFromBytes(bytes), fileName === undefined ? {} : { fileName });
const idsOf = async (bytes: Uint8Array, fileName?: string): Promise<string[]> =>
  (await check(bytes, fileName)).findings.map(({ id }) => id);

test.each(variants)('a good %s recording without names has no findings', async (variant) => {
  const result = await check(anonymous(variant), variant.startsWith('BDF') ? 'night.bdf' : 'night.edf');
  expect(result).toMatchObject({ readable: true, variant, findings: [], dataRecordCount: 3 });
  expect(result.annotationCount).toBe(variant.includes('+') ? 1 : 0);
  expect(result.timeline!.runs).toHaveLength(variant.endsWith('D') ? 2 : 1);
});

test.each(findingCatalogue)('$id $name is given for a file spoilt for it', async ({ id, name, clause }) => {
  const { findings, counts } = await check(spoiltRecordings[id]!, spoiltNames[id]);
  expect(findings.find((finding) => finding.id === id)).toMatchObject({ name, clause });
  expect(counts.get(id)).toBeGreaterThan(0);
});

test('there is a spoilt file for every finding and for nothing else', () => {
  expect(Object.keys(spoiltRecordings)).toEqual(findingCatalogue.map(({ id }) => id));
});

describe('evidence', () => {
  const findingOf = async (id: string): Promise<Finding> =>
    (await check(spoiltRecordings[id]!)).findings.find((finding) => finding.id === id)!;

  test('a finding of the header shows its bytes', async () => {
    expect(await findingOf('EDF026')).toMatchObject({ field: 'physicalMax', raw: '3276,7  ' });
    expect(await findingOf('EDF004')).toMatchObject({ raw: '\\xB5' });
  });

  test('a finding of an annotation shows marks and onset, and no text', async () => {
    const { raw } = await findingOf('EDF058');
    expect(raw).toBe('+1.5\\x14\u00b7\u00b7\u00b7\u00b7\\x14' + '\\x00'.repeat(22));
  });

  test('numbers in annotation texts are hidden as letters are', async () => {
    const tal = latin1('+1\x14\x14\0+1.5\x14pat 0123456789\x14'.padEnd(60, 'x'));
    const { findings } = await check(withBytes(goodRecording('EDF+C'), 1024 + 78 + 18, tal));
    const raws = findings.flatMap(({ record, raw }) => (record === 1 && raw !== undefined ? [raw] : []));
    expect(raws.length).toBeGreaterThan(0);
    for (const raw of raws) expect(raw.replaceAll(/\\x../g, '')).toMatch(/^(\+1\.5)?\D*$/);
  });

  test('a finding of samples shows the first one', async () => {
    expect(await findingOf('EDF064')).toMatchObject({ raw: '\\xB9\\x0B', offset: 768, signal: 0, record: 0 });
  });

  test('neither identification nor annotation text is told, in findings or patches', async () => {
    const secret = 'Zaphod';
    for (const bytes of Object.values(spoiltRecordings)) {
      let named = bytes;
      if (bytes.length >= 256) {
        named = withField(
          named,
          'localPatientIdentification',
          `${secret} Q 2-aug-1951 ${secret} \n\u00e9 ${secret}`,
        );
        named = withField(named, 'localRecordingIdentification', ` Startdate ${secret} ${secret} \u00e9`);
      }
      const { findings } = await check(named, `${secret}.bdf`);
      expect(JSON.stringify(findings)).not.toMatch(/Zaphod/i);
      for (const { raw = '' } of findings) expect(raw).not.toMatch(/text|Lights/);
    }
  });
});

describe('patches', () => {
  const continuous = goodRecording('EDF+C');
  const spoilt: Record<string, Uint8Array> = {
    ...spoiltRecordings,
    'a digital limit of the annotations signal': withSignalField(continuous, 'digitalMin', 2, '-2048'),
    'the other one': withSignalField(continuous, 'digitalMax', 2, '2047'),
    'both digital limits': withSignalField(
      withSignalField(continuous, 'digitalMin', 2, '-2048'),
      'digitalMax',
      2,
      '2047',
    ),
    'equal physical limits of the annotations signal': withSignalField(continuous, 'physicalMin', 2, '1'),
    'whole data records that are not counted': withField(goodRecording('EDF'), 'dataRecordCount', '2'),
  };

  test('every patch of a finding, made to the file, and every repair it names take the finding away', async () => {
    const mended = new Set<string>();
    for (const [name, bytes] of Object.entries(spoilt))
      for (const finding of (await check(bytes)).findings) {
        if (finding.patch === undefined) continue;
        expect([name, await isMendedByPatch(bytes, finding)]).toEqual([name, true]);
        mended.add(finding.id);
      }
    expect([...mended].sort()).toEqual(
      [
        ...'EDF002 EDF003 EDF004 EDF005 EDF006 EDF007 EDF012 EDF014 EDF015 EDF017 EDF018 EDF019'.split(' '),
        ...'EDF026 EDF028 EDF045 EDF047 EDF055 EDF058'.split(' '),
      ].sort(),
    );
  });

  test('a finding that the repair leaves as it is has no patch', async () => {
    const patchOf = async (bytes: Uint8Array, id: string): Promise<unknown> => {
      const found = (await check(bytes)).findings.find((finding) => finding.id === id);
      expect(found).toBeDefined();
      return found!.patch;
    };
    const good = goodRecording('EDF');
    const one = goodRecording('EDF', { dataRecordCount: 1 });
    const full = latin1(`+1\x14\x14+1.5\x14${'t'.repeat(49)}\x14\0`);
    // Whole data records may be data; the only one is all there is; a full block has no room for a zero byte.
    expect(await patchOf(withField(good, 'dataRecordCount', '2'), 'EDF019')).toBeUndefined();
    expect(await patchOf(one.slice(0, -1), 'EDF018')).toBeUndefined();
    expect(await patchOf(one.slice(0, -1), 'EDF017')).toBeUndefined();
    expect(await patchOf(withBytes(goodRecording('EDF+C'), 1024 + 78 + 18, full), 'EDF058')).toBeUndefined();
  });

  test('a change that is no field of the header names the repair', async () => {
    for (const [id, repair] of [
      ['EDF003', 'header-shift'],
      ['EDF018', 'truncated-tail'],
      ['EDF019', 'trailing-bytes'],
      ['EDF058', 'tals-run-together'],
    ] as const) {
      const { findings } = await check(spoiltRecordings[id]!);
      expect(findings.find((finding) => finding.id === id)!.patch).toEqual({ kind: 'rewrite', repair });
    }
  });
});

describe('samples', () => {
  test('those outside the digital range are counted, and the first is named', async () => {
    const narrow = withSignalField(
      withSignalField(anonymous('EDF'), 'digitalMin', 0, '-9'),
      'digitalMax',
      0,
      '9',
    );
    const inside = withBytes(narrow, 768, new Uint8Array(54));
    const record = 768 + 18;
    const bytes = withBytes(
      withBytes(inside, record + 2, Uint8Array.of(10, 0)),
      record + 6,
      Uint8Array.of(0xf6, 0xff),
    );
    const { findings } = await check(bytes);
    expect(findings.find(({ id }) => id === 'EDF064')).toMatchObject({
      message: 'Signal 1 has 2 samples outside its digital range of -9 to 9, from -10 to 10.',
      record: 1,
      offset: record + 2,
    });
  });

  test('a signal at its limit for more than one sample in a hundred is saturated', async () => {
    const at = withBytes(anonymous('EDF'), 768, Uint8Array.of(0xff, 0x7f));
    expect((await check(at)).findings).toMatchObject([
      {
        id: 'EDF065',
        message: 'Signal 1 is at a limit of its digital range (-32768 to 32767) for 4.1 % of its samples.',
      },
    ]);
  });

  test('an electrode that rests on one value for a minute is flat', async () => {
    const options = goodOptions('EDF', { dataRecordCount: 80, localPatientIdentification: '' });
    const signals = [{ ...options.signals[0]!, samplesPerDataRecord: 100, prefiltering: 'HP:0.1Hz LP:30Hz' }];
    const flat = new Array<number>(100).fill(5);
    const moving = flat.map((_, i) => i);
    const of = (flatRecords: number): Uint8Array =>
      recordingBytes(
        { ...options, signals },
        Array.from({ length: 80 }, (_, record) => ({ samples: [record < flatRecords ? flat : moving] })),
      );
    expect(await idsOf(of(60))).toEqual(['EDF065']);
    expect(await idsOf(of(59))).toEqual([]);
  });

  test('samples of 24 bits are looked at too', async () => {
    const bytes = withBytes(anonymous('BDF'), 768, Uint8Array.of(0xff, 0xff, 0x7f));
    expect((await check(withSignalField(bytes, 'digitalMax', 0, '8388606'))).findings).toMatchObject([
      { id: 'EDF064', raw: '\\xFF\\xFF\\x7F', length: 3 },
    ]);
  });
});

describe('the Status signal of BDF', () => {
  test('is bits: neither range nor saturation is looked for', async () => {
    const bytes = withField(withStatus(new Array(4).fill(statusWell)), 'localPatientIdentification', '');
    expect(await idsOf(bytes)).toEqual(['EDF038', 'EDF070']);
  });

  test('tells where CMS was out of range and the battery low', async () => {
    const out = statusWell & ~(1 << 20);
    const { findings } = await check(withStatus([statusWell, out, statusWell, statusWell | (1 << 22)]));
    expect(findings.filter(({ id }) => id === 'EDF067')).toMatchObject([
      {
        message:
          'The electrode CMS was out of range 1 time, 0.25 s in all, according to the Status signal: 0.25 to 0.5 s.',
        record: 0,
        offset: 1054,
      },
      {
        message: 'The battery was low 1 time, 0.25 s in all, according to the Status signal: 0.75 to 1 s.',
        offset: 1060,
      },
    ]);
  });

  test('tells the first intervals of many, the last one up to its end', async () => {
    const out = statusWell & ~(1 << 20);
    const options = goodOptions('BDF');
    const signals = [{ ...options.signals[1]!, label: 'Status', samplesPerDataRecord: 16 }];
    // As numbers of 24 bits with a sign.
    const samples = Array.from({ length: 16 }, (_, i) => ((i % 2 === 1 ? out : statusWell) << 8) >> 8);
    const bytes = recordingBytes({ ...options, signals: signals.map(statusLimits), dataRecordCount: 1 }, [
      { samples: [samples] },
    ]);
    const { findings } = await check(bytes);
    const cms = findings.find(({ id, message }) => id === 'EDF067' && message.includes('CMS'))!;
    expect(cms.message).toBe(
      'The electrode CMS was out of range 8 times, 0.5 s in all, according to the Status signal: ' +
        '0.0625 to 0.125 s, 0.1875 to 0.25 s, 0.3125 to 0.375 s, 0.4375 to 0.5 s, 0.5625 to 0.625 s and 3 more.',
    );
  });

  test('has its triggers, epochs and speed mode told', async () => {
    const epoch = 1 << 16;
    const speedOf2 = 2 << 17;
    const words = [7, 0, 7, 255 | epoch].map((word) => word | statusWell | speedOf2);
    const { findings } = await check(withStatus(words));
    expect(findings.filter(({ id }) => id === 'EDF067')).toMatchObject([
      {
        severity: 'info',
        message:
          'The Status signal holds 3 triggers of 2 codes from 7 to 255 and 1 beginning of an epoch, in speed modes 2 and 0, from an ActiveTwo MK2.',
        signal: 2,
      },
    ]);
  });

  test('that the header calibrates is told, since its samples are bits', async () => {
    const scaled = withSignalField(withStatus(new Array(4).fill(statusWell)), 'physicalMax', 2, '1');
    expect((await check(scaled)).findings.filter(({ id }) => id === 'EDF067')).toMatchObject([
      { severity: 'warning', field: 'physicalMin', signal: 2, assumed: 'its samples are bits, as stored' },
    ]);
  });

  test('that a BioSemi recording lacks is told, and one of another system needs none', async () => {
    const bioSemi = withSignalField(anonymous('BDF'), 'transducerType', 0, 'Active electrode');
    expect((await check(bioSemi)).findings).toMatchObject([{ id: 'EDF067', severity: 'info' }]);
    expect(await idsOf(anonymous('BDF'))).toEqual([]);
  });

  test('that is not the last ordinary signal is told', async () => {
    const bytes = withSignalField(withStatus([0, 0, 0, 0], 'EEG Cz'), 'label', 0, 'Status');
    expect((await check(bytes)).findings.filter(({ id }) => id === 'EDF067')).toMatchObject([
      { signal: 0, message: 'The Status signal is not the last of the ordinary signals.' },
      { signal: 0, field: 'physicalMin' },
      { signal: 0, message: expect.stringMatching('battery') },
      { signal: 0, severity: 'info' },
    ]);
  });
});

describe('the system that wrote the file', () => {
  const profileOf = async (bytes: Uint8Array): Promise<Finding[]> =>
    (await check(bytes)).findings.filter(({ id }) => id === 'EDF070');

  test('is told with the deviations that are known of it, and which of them the file has', async () => {
    const made = (bytes: Uint8Array): Uint8Array =>
      withField(bytes, 'localRecordingIdentification', 'Startdate 22-NOV-2026 X X Nihon_Kohden_EEG-1200A');
    const [alone] = await profileOf(made(goodRecording('EDF+C')));
    expect(alone!.message).toBe(
      'The file was written by a system of Nihon Kohden; known of such files: TALs that run together, contiguous files marked EDF+D.',
    );
    const [here] = await profileOf(made(spoiltRecordings.EDF058!));
    expect(here!.message).toMatch(/ marked EDF\+D\. Found here: TALs that run together\.$/);
  });

  test('of ResMed has written a checksum of each data record, which is compared', async () => {
    const good = withChecksums('EDF');
    expect(await profileOf(good)).toMatchObject([{ severity: 'info' }]);
    const recordLength = 20;
    const changed = await profileOf(withBytes(good, 1024 + recordLength + 3, Uint8Array.of(99)));
    expect(changed.filter(({ severity }) => severity !== 'info')).toMatchObject([
      {
        severity: 'warning',
        message:
          'The checksums of 1 of 3 data records do not fit their bytes, which were damaged or changed after the recording.',
        signal: 2,
        record: 1,
        offset: 1024 + recordLength + 18,
        length: 2,
      },
    ]);
  });

  test('is no reason for a checksum where the last signal only has such a name', async () => {
    const many = withSignalField(goodRecording('EDF'), 'label', 0, 'Crc16');
    expect((await profileOf(many)).map(({ severity }) => severity)).toEqual(['info']);
  });
});

describe('annotations', () => {
  test('an annotation that begins in a later data record than all so far is not outside the recording', async () => {
    const options = goodOptions('EDF+C', { localPatientIdentification: 'X X X X' });
    const early = [{ annotations: [{ onsetSeconds: 2.5, durationSeconds: 0.5, text: 'Lights off' }] }];
    expect(await idsOf(recordingBytes(options, early))).toEqual([]);
  });

  test('names of the patient, dates and long numbers in texts are told without being quoted', async () => {
    const of = (text: string): Uint8Array =>
      recordingBytes(goodOptions('EDF+C', { localPatientIdentification: 'X X X Jane_Roe' }), [
        { annotations: [{ onsetSeconds: 1, text }] },
      ]);
    const told = async (text: string): Promise<number> =>
      (await check(of(text))).findings.filter(({ id, record }) => id === 'EDF069' && record === 0).length;
    for (const text of ['Call roe', 'born 2.8.1951', 'MRN 12345678', '1951-08-02'])
      expect(await told(text)).toBe(1);
    for (const text of ['Lights off', 'Sleep stage N2', 'SpO2 96', '30 s', '+1.140000', '-3.14159265']) {
      expect(await told(text)).toBe(0);
    }
  });

  test('texts in Shift-JIS are read as such', async () => {
    const bytes = anonymous('EDF+C');
    const start = 1024 + 78 + 18;
    const text = '+1\x14\x14\0+1.5\x14\x94\xad\x8d\xec\x14\0';
    const { findings } = await check(withBytes(bytes, start, latin1(text.padEnd(60, '\0'))));
    expect(findings).toMatchObject([{ id: 'EDF060', assumed: 'Shift-JIS' }]);
  });

  test('texts in Shift-JIS with second bytes like a backslash, a bar or a letter have the one finding', async () => {
    const start = 1024 + 78 + 18;
    for (const text of ['\x95\x5c\x8e\xa6', '\x95\x5c', '\x83\x7c', '\x8a\x4a\x8e\x6e']) {
      const block = latin1(`+1\x14\x14\0+1.5\x14${text}\x14\0`.padEnd(60, '\0'));
      const { findings } = await check(withBytes(anonymous('EDF+C'), start, block));
      expect(findings).toMatchObject([{ id: 'EDF060', assumed: 'Shift-JIS' }]);
    }
  });
});

describe('any bytes at all', () => {
  test('a fault in each of 100000 data records takes as many findings as are kept', async () => {
    const options = goodOptions('EDF+C', { signals: [], dataRecordCount: 1, annotationsBytesPerRecord: 10 });
    const one = recordingBytes(options);
    const records = new Uint8Array(1_000_000).fill(0x41);
    const { findings, counts } = await check(
      withField(concatenated([one.slice(0, 512), records]), 'dataRecordCount', '100000'),
    );
    expect(counts.get('EDF052')).toBe(100_000);
    expect(findings.filter(({ id }) => id === 'EDF052')).toHaveLength(100);
    expect(findings.filter(({ id }) => id === 'EDF052').at(-1)!.message).toContain('99900 more findings');
  });

  test('64 KB of noise behind any part of a header are dealt with in under 250 ms', async () => {
    const next = seededNumbers(5);
    const good = goodRecording('EDF+D', { annotationsBytesPerRecord: 60_000 });
    for (const headerBytes of [0, 8, 256, 1024]) {
      const noise = new Uint8Array(65_536).map(() => next());
      const bytes = withBytes(noise, 0, good.subarray(0, headerBytes));
      const start = performance.now();
      await check(bytes);
      expect(performance.now() - start).toBeLessThan(250);
    }
  });

  test('spoilt files with random bytes changed or cut away give a result', async () => {
    const next = seededNumbers(2027);
    for (const base of Object.values(spoiltRecordings).filter((bytes) => bytes.length < 5000)) {
      for (let round = 0; round < 12; round++) {
        const bytes = base.slice(0, base.length - (next() % 4 === 0 ? next() % 300 : 0));
        for (let i = next() % 6; i >= 0 && bytes.length > 0; i--) bytes[next() % bytes.length] = next();
        const result = await check(bytes);
        expect(result.readable).toBe(result.header !== null);
        expect(result.readable || result.findings.some(({ severity }) => severity === 'fatal')).toBe(true);
      }
    }
  });

  test('a source that gives fewer bytes than it has is an error of the source', async () => {
    const bytes = goodRecording('EDF');
    const short = {
      byteLength: bytes.length,
      slice: async (start: number) => bytes.subarray(start, start + 10),
    };
    const error: unknown = await checkEdf(short).catch((reason: unknown) => reason);
    expect(isEdfError(error, 'source-read-short')).toBe(true);
  });

  test('a check that is no longer wanted ends with the reason', async () => {
    const controller = new AbortController();
    controller.abort(new Error('closed'));
    const checking = checkEdf(byteSourceFromBytes(goodRecording('EDF')), { signal: controller.signal });
    await expect(checking).rejects.toThrow('closed');
  });
});
