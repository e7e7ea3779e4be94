// One test per rule of the specification, named by its clause.
// EDF: Kemp et al. 1992; EDF+: Kemp & Olivan 2003 (edfplus.info); BDF: BioSemi; BDF+: teuniz.net.
import { byteSourceFromBytes } from './byte-source.ts';
import { readDigital, readPhysical } from './data-record.ts';
import { checkHeader, parseHeader } from './header.ts';
import { openEdf } from './open.ts';
import { physicalScale } from './physical-scale.ts';
import { readAnnotations } from './read-annotations.ts';
import {
  goodOptions,
  goodRecording,
  recordingBytes,
  withBytes,
  withField,
  withSignalField,
} from './test-support/recordings.ts';

const plain = goodRecording('EDF');
const continuous = goodRecording('EDF+C');

async function annotationsOf(bytes: Uint8Array) {
  return readAnnotations(await openEdf(byteSourceFromBytes(bytes)));
}

describe('EDF, header record', () => {
  test('the header record has 256 bytes and 256 more for each signal', () => {
    expect(parseHeader(plain).headerByteLength).toBe(256 * 3);
    expect(parseHeader(continuous).headerByteLength).toBe(256 * 4);
  });

  test('signal headers are stored field by field, not signal by signal', () => {
    const header = parseHeader(plain);
    expect(header.signals.map(({ label }) => label)).toEqual(['EEG Fpz-Cz', 'Temp rectal']);
    expect(header.signals[0]).toMatchObject({
      transducerType: 'AgAgCl electrode',
      physicalDimension: 'uV',
      physicalMin: -3276.8,
      physicalMax: 3276.7,
      digitalMin: -32768,
      digitalMax: 32767,
      prefiltering: 'HP:0.1Hz LP:3Hz',
      samplesPerDataRecord: 8,
      byteOffsetInDataRecord: 0,
      isAnnotations: false,
      isCalibrated: true,
    });
    expect(header.signals[1]).toMatchObject({
      digitalMin: -2048,
      samplesPerDataRecord: 1,
      byteOffsetInDataRecord: 16,
    });
    expect(header.dataRecordByteLength).toBe(18);
  });

  test('a number of data records of -1 means that the recording was not closed: the size decides', async () => {
    const file = await openEdf(byteSourceFromBytes(withField(plain, 'dataRecordCount', '-1')));
    expect(file.header.declaredDataRecordCount).toBe(-1);
    expect(file.dataRecordCount).toBe(3);
  });
});

describe('EDF, data records', () => {
  test('samples are little-endian 16-bit integers in two\u2019s complement', async () => {
    const samples = [0x01, 0x00, 0xff, 0xff, 0x00, 0x80, 0xff, 0x7f];
    const file = await openEdf(byteSourceFromBytes(withBytes(plain, 768, Uint8Array.from(samples))));
    expect([...(await readDigital(file, 0, 0, 4))]).toEqual([1, -1, -32768, 32767]);
  });

  test('physical values lie on the line through (digitalMin, physicalMin) and (digitalMax, physicalMax)', async () => {
    const samples = [0x00, 0x80, 0xff, 0x7f];
    const file = await openEdf(byteSourceFromBytes(withBytes(plain, 768, Uint8Array.from(samples))));
    const [lowest, highest] = await readPhysical(file, 0, 0, 2);
    expect(lowest).toBeCloseTo(-3276.8, 9);
    expect(highest).toBeCloseTo(3276.7, 9);
  });

  test('samples outside the digital limits are given as stored', async () => {
    const narrow = withSignalField(plain, 'digitalMax', 0, '100');
    const file = await openEdf(byteSourceFromBytes(withBytes(narrow, 768, Uint8Array.from([0xff, 0x7f]))));
    expect((await readDigital(file, 0, 0, 1))[0]).toBe(32767);
  });
});

describe('BDF', () => {
  test('samples are little-endian 24-bit integers in two\u2019s complement', async () => {
    const samples = [0x01, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0x80, 0xff, 0xff, 0x7f];
    const file = await openEdf(
      byteSourceFromBytes(withBytes(goodRecording('BDF'), 768, Uint8Array.from(samples))),
    );
    expect(file.header).toMatchObject({ variant: 'BDF', bytesPerSample: 3 });
    expect([...(await readDigital(file, 0, 0, 4))]).toEqual([1, -1, -8388608, 8388607]);
  });

  test('the version field alone tells BDF from EDF, whatever marker the reserved field holds', () => {
    const bytes = withField(goodRecording('BDF+D'), 'reserved', 'EDF+D');
    expect(parseHeader(bytes)).toMatchObject({ variant: 'BDF+D', bytesPerSample: 3 });
  });
});

describe('EDF+ 2.1.3 additional rules', () => {
  test('2.1.3.2: two-digit years 85 to 99 are 1985 to 1999, 00 to 84 are 2000 to 2084', () => {
    for (const [short, year] of [
      ['85', 1985],
      ['99', 1999],
      ['00', 2000],
      ['84', 2084],
    ] as const) {
      const bytes = withField(plain, 'startDate', `01.02.${short}`);
      expect(parseHeader(bytes).startDateTime).toBe(`${year}-02-01T23:15:30`);
    }
  });

  test('2.1.3.2: after 2084 the year is "yy" and the recording identification has it', () => {
    const bytes = recordingBytes(goodOptions('EDF+C', { startDateTime: '2091-03-04T05:06:07' }));
    expect(String.fromCharCode(...bytes.subarray(168, 176))).toBe('04.03.yy');
    expect(parseHeader(bytes).startDateTime).toBe('2091-03-04T05:06:07');
    expect(checkHeader(bytes, bytes.length).findings.map(({ id }) => id)).toEqual(['EDF051']);
  });

  test('2.1.3.5: a physical maximum below the minimum is a negative gain, and honoured', () => {
    const bytes = withSignalField(withSignalField(plain, 'physicalMin', 0, '100'), 'physicalMax', 0, '-100');
    const signal = parseHeader(bytes).signals[0]!;
    expect(signal.isCalibrated).toBe(true);
    expect(physicalScale(signal).gain).toBeLessThan(0);
  });

  test('2.1.3.5: equal digital limits give no scale, and the other signals keep theirs', () => {
    const header = parseHeader(withSignalField(plain, 'digitalMin', 0, '32767'));
    expect(header.signals.map(({ isCalibrated }) => isCalibrated)).toEqual([false, true]);
    expect(physicalScale(header.signals[0]!)).toEqual({ gain: 1, offset: 0 });
  });

  test('2.1.3.6: the decimal sign is a dot; a comma is read where it can mean one thing only', () => {
    const comma = parseHeader(withSignalField(plain, 'physicalMax', 0, '3276,7')).signals[0]!;
    expect(comma).toMatchObject({ physicalMax: 3276.7, isCalibrated: true });
    const ambiguous = parseHeader(withSignalField(plain, 'physicalMax', 0, '3,276')).signals[0]!;
    expect(ambiguous).toMatchObject({ physicalMax: NaN, isCalibrated: false });
    const grouped = parseHeader(withSignalField(plain, 'digitalMax', 0, '32,767')).signals[0]!;
    expect(grouped).toMatchObject({ digitalMax: 32767, isCalibrated: true });
  });
});

describe('EDF+ 2.2 annotations', () => {
  test('2.2.1: the label "EDF Annotations" makes a signal an annotations signal', () => {
    expect(parseHeader(continuous).signals.map(({ isAnnotations }) => isAnnotations)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('2.2.2: an annotation has an onset, perhaps a duration, and texts that share them', async () => {
    const block = '+1\x14\x14\0+1.5\x150.25\x14one\x14two\x14\0-0.065\x14three\x14\0';
    const { annotations } = await annotationsOf(withBlock(1, block));
    expect(annotations).toEqual([
      {
        onsetNs: 1_500_000_000n,
        durationNs: 250_000_000n,
        text: 'one',
        onsetText: '+1.5',
        durationText: '0.25',
        record: 1,
        signal: 2,
      },
      {
        onsetNs: 1_500_000_000n,
        durationNs: 250_000_000n,
        text: 'two',
        onsetText: '+1.5',
        durationText: '0.25',
        record: 1,
        signal: 2,
      },
      {
        onsetNs: -65_000_000n,
        durationNs: null,
        text: 'three',
        onsetText: '-0.065',
        durationText: null,
        record: 1,
        signal: 2,
      },
    ]);
  });

  test('2.2.3: texts are UTF-8 and may hold TAB, LF and CR', async () => {
    const options = goodOptions('EDF+C');
    const text = 'M\u00fcde \u7761\u7720\ttab\r\nline';
    const { annotations, findings } = await annotationsOf(
      recordingBytes(options, [{ annotations: [{ onsetSeconds: 0, text }] }]),
    );
    expect(annotations.map((annotation) => annotation.text)).toEqual([text]);
    expect(findings).toEqual([]);
  });

  test('2.2.4: the first annotation of each data record is empty and gives its onset', async () => {
    const { timeline, annotations } = await annotationsOf(goodRecording('EDF+D'));
    expect(timeline.runs).toEqual([
      { firstRecord: 0, recordCount: 2, startNs: 0n },
      { firstRecord: 2, recordCount: 1, startNs: 10_000_000_000n },
    ]);
    expect(annotations.map(({ text }) => text)).toEqual(['Lights off']);
  });

  test('2.2.4: the onset of data record 0 is the fraction of a second at which the recording starts', async () => {
    const onsets = [0, 1, 2].map((second) => ({ onsetSeconds: second + 0.394531 }));
    const { timeline, findings } = await annotationsOf(recordingBytes(goodOptions('EDF+C'), onsets));
    expect(timeline.runs).toEqual([{ firstRecord: 0, recordCount: 3, startNs: 394_531_000n }]);
    expect(findings).toEqual([]);
  });

  test('2.1.2: a file of annotations alone may have data records of 0 seconds', async () => {
    const options = goodOptions('EDF+C', { signals: [], dataRecordDurationSeconds: 0 });
    const bytes = recordingBytes(options, [
      { annotations: [{ onsetSeconds: 0, text: 'Recording starts' }] },
      {
        onsetSeconds: 300,
        annotations: [{ onsetSeconds: 300, durationSeconds: 30, text: 'Sleep stage N1' }],
      },
    ]);
    expect(checkHeader(bytes, bytes.length).findings).toEqual([]);
    const { annotations, timeline, findings } = await annotationsOf(bytes);
    expect(annotations).toHaveLength(2);
    expect(timeline.runs).toEqual([{ firstRecord: 0, recordCount: 3, startNs: 0n }]);
    expect(findings).toEqual([]);
  });
});

function withBlock(record: number, text: string): Uint8Array {
  const block = Uint8Array.from(text.padEnd(60, '\0'), (character) => character.charCodeAt(0));
  return withBytes(continuous, 1024 + record * 78 + 18, block);
}
