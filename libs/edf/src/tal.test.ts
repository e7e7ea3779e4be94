import { parseHeader } from './header.ts';
import type { RecordAnnotations } from './tal.ts';
import { parseRecordAnnotations } from './tal.ts';
import { goodOptions, goodRecording, latin1, withSignalField } from './test-support/recordings.ts';

const header = parseHeader(goodRecording('EDF+C'));
const blockLength = 60;

/** What is read from a data record whose annotations signal holds `block`. */
function read(block: string | Uint8Array, record = 0): RecordAnnotations {
  const bytes = new Uint8Array(header.dataRecordByteLength);
  bytes.set(typeof block === 'string' ? latin1(block) : block, header.signals[2]!.byteOffsetInDataRecord);
  return parseRecordAnnotations(header, bytes, record);
}

const texts = ({ annotations }: RecordAnnotations): string[] =>
  annotations.map(({ onsetText, text }) => `${onsetText} ${text}`);
const ids = ({ findings }: RecordAnnotations): string[] => findings.map(({ id }) => id);

test('the time-keeping TAL gives the onset of the record and its printed precision', () => {
  const result = read('+567.25\x14\x14\0');
  expect(result).toEqual({ onsetNs: 567_250_000_000n, onsetDecimals: 2, annotations: [], findings: [] });
});

test('a time-keeping TAL with a duration, or without its empty text, still gives the onset', () => {
  expect(read('+5\x151\x14\x14\0')).toMatchObject({ onsetNs: 5_000_000_000n, annotations: [], findings: [] });
  const short = read('+5\x14\0');
  expect(short).toMatchObject({ onsetNs: 5_000_000_000n, annotations: [] });
  expect(short.findings).toMatchObject([{ id: 'EDF052', assumed: 'the onset of the data record' }]);
});

test.each([
  ['no TAL at all', '', 'it holds no TAL'],
  ['zero bytes in front', '\0+5\x14\x14\0', 'its first TAL stands behind zero bytes'],
  ['a text in the first TAL', '+5\x14text\x14\0', 'its first annotation is not empty'],
  ['an onset that is none', 'five\x14\x14\0', 'its first TAL cannot be read'],
])('of a data record with %s the finding says so', (_what, block, why) => {
  const { onsetNs, findings } = read(block, 2);
  expect(onsetNs).toBeNull();
  expect(findings.find(({ id }) => id === 'EDF052')).toMatchObject({
    message: `Data record 2 does not begin with a time-keeping TAL: ${why}.`,
    record: 2,
    offset: 1024 + 2 * 78 + 18,
  });
});

test('without ordinary signals an annotation names the event that starts the recording, or a finding says that none does', () => {
  const options = goodOptions('EDF+C', { signals: [], dataRecordCount: 1 });
  const alone = parseHeader(goodRecording('EDF+C', options));
  const of = (block: string, record = 0): RecordAnnotations =>
    parseRecordAnnotations(alone, latin1(block.padEnd(blockLength, '\0')), record);
  expect(of('+0\x14\x14Recording starts\x14\0').findings).toEqual([]);
  const unnamed = { id: 'EDF052', severity: 'info', record: 0, offset: 512 };
  expect(of('+0\x14\x14\0').findings).toMatchObject([unnamed]);
  expect(of('+0\x14\x14\0+0\x14Recording starts\x14\0').findings).toEqual([]);
  expect(of('+0\x14\x14\0+1\x14Lights off\x14\0').findings).toMatchObject([unnamed]);
  expect(of('+30\x14\x14\0', 1).findings).toEqual([]);
});

test('texts in the time-keeping TAL after the empty one are annotations at the onset of the record', () => {
  expect(texts(read('+567\x14\x14Recording starts\x14\0'))).toEqual(['+567 Recording starts']);
});

test('a first TAL with a text is an annotation and keeps no time', () => {
  const result = read('+5\x14text\x14\0');
  expect(result.onsetNs).toBeNull();
  expect(texts(result)).toEqual(['+5 text']);
  expect(ids(result)).toEqual(['EDF052']);
});

describe('TALs that run together without a zero byte, as Nihon Kohden writes them', () => {
  test('an onset after an empty text begins an annotation of its own', () => {
    const result = read('+1.000000\x14\x14+1.140000\x14A1+A2 OFF\x14\0', 3);
    expect(result.onsetNs).toBe(1_000_000_000n);
    expect(texts(result)).toEqual(['+1.140000 A1+A2 OFF']);
    expect(result.annotations[0]!.onsetNs).toBe(1_140_000_000n);
    expect(result.findings).toMatchObject([
      { id: 'EDF058', record: 3, signal: 2, offset: 1024 + 3 * 78 + 18 + 11 },
    ]);
  });

  test('further onsets in the same TAL are recovered too, with durations', () => {
    const result = read('+1\x14\x14+1.1\x14one\x14+1.2\x150.5\x14two\x14+1.3\x14three\x14\0');
    expect(texts(result)).toEqual(['+1.1 one', '+1.2 two', '+1.3 three']);
    expect(result.annotations[1]!.durationNs).toBe(500_000_000n);
    expect(ids(result)).toEqual(['EDF058']);
  });

  test('a text that merely looks like a number stays a text', () => {
    expect(texts(read('+1\x14\x14\0+1.1\x14one\x14+2\x14three\x14\0'))).toEqual([
      '+1.1 one',
      '+1.1 +2',
      '+1.1 three',
    ]);
    expect(texts(read('+1\x14\x14+2\x14\0'))).toEqual(['+1 +2']);
    expect(texts(read('+1\x14\x14-A2\x14text\x14\0'))).toEqual(['+1 -A2', '+1 text']);
  });
});

test('a text between others that looks like the next onset stays a text, and a finding says what it may be', () => {
  const result = read('+0\x14\x14\0+0.1\x14one\x14+0.2\x14two\x14\0');
  expect(texts(result)).toEqual(['+0.1 one', '+0.1 +0.2', '+0.1 two']);
  expect(result.findings).toMatchObject([
    { id: 'EDF058', severity: 'warning', offset: 1024 + 18 + 14, assumed: 'it is a text' },
  ]);
  // Before the onset it follows, or at the end of its TAL, it begins no other.
  expect(ids(read('+0\x14\x14\0+0.1\x14one\x14-5\x14two\x14\0'))).toEqual([]);
  expect(ids(read('+0\x14\x14\0+0.1\x14one\x14+5\x14\0'))).toEqual([]);
});

test('a TAL cut by the end of the block gives what is there of its text', () => {
  const result = read(`+1\x14\x14\0+1.5\x14${'long '.repeat(20)}`.slice(0, blockLength));
  expect(result.annotations).toHaveLength(1);
  expect(result.annotations[0]!.text).toMatch(/^long long/);
  expect(ids(result)).toEqual(['EDF059']);
});

test('a TAL cut within its onset gives nothing, because the onset itself may be cut', () => {
  const result = read(`+1\x14\x14\0+1\x14${'x'.repeat(48)}\x14\0+1`.slice(0, blockLength));
  expect(texts(result)).toEqual([`+1 ${'x'.repeat(48)}`]);
  expect(ids(result)).toEqual(['EDF059']);
});

test('TALs after the padding are found', () => {
  const result = read('+1\x14\x14\0\0\0\0+1.5\x14late\x14\0');
  expect(texts(result)).toEqual(['+1.5 late']);
  expect(ids(result)).toEqual(['EDF059']);
});

test('a text that is not UTF-8 is read as Latin-1', () => {
  const result = read('+1\x14\x14\0+1.5\x14M\u00fcde \u00b5V\x14\0');
  expect(texts(result)).toEqual(['+1.5 M\u00fcde \u00b5V']);
  expect(result.findings).toMatchObject([{ id: 'EDF060', assumed: 'Latin-1' }]);
});

test.each([
  ['1.5\x14text\x14\0', ['1.5 text'], 'no sign'],
  ['+1,5\x14text\x14\0', [], 'decimal comma'],
  ['+1e3\x14text\x14\0', [], 'exponent'],
  ['+\x14text\x14\0', [], 'no digits'],
  ['+1.5\x15\x14text\x14\0', ['+1.5 text'], 'empty duration'],
  ['+1.5\x15-3\x14text\x14\0', ['+1.5 text'], 'negative duration'],
  ['+1.5\x151\x152\x14text\x14\0', ['+1.5 text'], 'two durations'],
  ['+1.5\x14text\0', ['+1.5 text'], 'no end mark'],
  ['+1.5\0', [], 'onset alone'],
  [`+${'9'.repeat(30)}\x14text\x14\0`, [], 'beyond 64 bits'],
])('a malformed TAL (%j) is reported and read as far as it is certain', (tal, expected) => {
  const result = read(`+1\x14\x14\0${tal}`);
  expect(texts(result)).toEqual(expected);
  expect(ids(result)).toEqual(['EDF057']);
});

test('an empty text without duration marks nothing; with a duration it marks a stretch', () => {
  expect(texts(read('+1\x14\x14\0+2\x14\x14\0+3\x154\x14\x14\0'))).toEqual(['+3 ']);
});

test('of several annotations signals all give annotations and only the first keeps time', () => {
  const several = goodRecording('EDF+C', {
    signals: [{ ...goodOptions('EDF+C').signals[0]!, samplesPerDataRecord: 20 }],
  });
  // The ordinary signal, now called an annotations signal, comes first.
  const two = parseHeader(withSignalField(several, 'label', 0, 'EDF Annotations'));
  const bytes = new Uint8Array(two.dataRecordByteLength);
  bytes.set(latin1('+7\x14\x14\0+7.5\x14first\x14\0'));
  bytes.set(latin1('+99\x14\x14\0+7.6\x14second\x14\0'), 40);
  const result = parseRecordAnnotations(two, bytes, 7);
  expect(result.onsetNs).toBe(7_000_000_000n);
  expect(result.annotations.map(({ text, signal }) => [text, signal])).toEqual([
    ['first', 0],
    ['second', 1],
  ]);
  expect(result.findings).toEqual([]);
});

test('a record of noise gives a bounded number of findings', () => {
  const wide = parseHeader(goodRecording('EDF+C', { annotationsBytesPerRecord: 60_000 }));
  const bytes = new Uint8Array(wide.dataRecordByteLength).map((_, i) => (i % 2 === 0 ? 1 : 0));
  expect(parseRecordAnnotations(wide, bytes, 0).findings.length).toBeLessThanOrEqual(101);
});
