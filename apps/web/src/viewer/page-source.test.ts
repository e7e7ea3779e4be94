import { AnalysisReducer, analyseBlock, blockRange, planAnalysis } from '@edf-pipeline/analysis';
import type { WriteOptions } from '@edf-pipeline/edf';
import { byteSourceFromBytes, encodeDataRecord, encodeHeader, parseHeader } from '@edf-pipeline/edf';
import { addSegment, createColumns, extentOf } from './columns.ts';
import { createPageCache, PageSource } from './page-source.ts';
import { endOf, shownRuns } from './timeline.ts';
import { shownSignals } from './viewed-recording.ts';
import type { ViewedRecording } from './viewed-recording.ts';

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** An EDF+D of 900 records with a gap of 100 s after the 300th, and its overview. */
function analysedRecording(): ViewedRecording {
  const signal = { physicalDimension: 'uV', physicalMin: -1000, physicalMax: 1000 };
  const options: WriteOptions = {
    variant: 'EDF+D',
    startDateTime: '2024-03-01T22:00:00',
    dataRecordDurationSeconds: 1,
    signals: [
      { ...signal, label: 'EEG', samplesPerDataRecord: 2000 },
      { ...signal, label: 'Trend', samplesPerDataRecord: 1 },
    ],
    annotationsBytesPerRecord: 64,
    dataRecordCount: 900,
  };
  const records = Array.from({ length: 900 }, (_, record) =>
    encodeDataRecord(options, record, {
      onsetSeconds: record < 300 ? record : record + 100,
      samples: [Array.from({ length: 2000 }, (_, at) => (record % 50) * 10 + (at % 7)), [record]],
    }),
  );
  const bytes = joined([encodeHeader(options), ...records]);
  const header = parseHeader(bytes);
  const plan = planAnalysis(header, 900);
  const tiles: Uint8Array[] = [];
  const reducer = new AnalysisReducer(plan, { overview: (tile) => void tiles.push(tile.slice()) });
  for (let block = 0; block < plan.blockCount; block++) {
    const { start, end } = blockRange(plan, block);
    reducer.add(analyseBlock(plan, block, bytes.subarray(start, end)));
  }
  const { overviewIndex } = reducer.finish();
  const runs = shownRuns(overviewIndex.runs, 1);
  return {
    header,
    dataRecordCount: 900,
    edf: byteSourceFromBytes(bytes),
    runs,
    isTimelineKnown: true,
    durationSeconds: endOf(runs),
    signals: shownSignals(header),
    overview: { index: overviewIndex, source: byteSourceFromBytes(joined(tiles)) },
    annotations: null,
    hypnogram: null,
  };
}

const recording = analysedRecording();

async function pageOf(of: ViewedRecording, window: { start: number; end: number }, width: number) {
  const source = new PageSource(of, createPageCache());
  const plan = source.plan(window, width);
  expect(source.now(plan, [0, 1])).toBeNull();
  await source.load(plan, []);
  return { plan, page: source.now(plan, [0, 1])! };
}

function columnsOf(
  page: Awaited<ReturnType<typeof pageOf>>['page'],
  signal: number,
  window: { start: number; end: number },
) {
  const columns = createColumns(100);
  for (const segment of page.series.get(signal)!)
    addSegment(columns, segment, window.start, 100 / (window.end - window.start));
  return columns;
}

test('short pages are drawn from the samples of the file', async () => {
  const window = { start: 10, end: 20 };
  const { plan, page } = await pageOf(recording, window, 100);
  expect(plan.kind).toBe('raw');
  expect(extentOf(columnsOf(page, 0, window))).toEqual({ low: 100, high: 200 });
});

test('long pages are drawn from the overview, with the extremes of the samples and their gap', async () => {
  const window = { start: 0, end: 1000 };
  const { plan, page } = await pageOf(recording, window, 100);
  expect(plan.kind).toBe('overview');
  // The last bin of a run may reach into the gap, by less than a pixel.
  const eeg = columnsOf(page, 0, window);
  expect(extentOf(eeg)).toEqual({ low: 0, high: 496 });
  expect([...eeg.low].map((value, at) => (Number.isNaN(value) ? at : -1)).filter((at) => at >= 0)).toEqual([
    31, 32, 33, 34, 35, 36, 37, 38, 39,
  ]);
  const trend = columnsOf(page, 1, window);
  expect(trend.low[10]).toBeCloseTo(100, -1);
  expect(trend.low[50]).toBeCloseTo(400, -1);
  expect(Number.isNaN(trend.low[35]!)).toBe(true);
});

test('while there is no overview, pages that are too long for the file itself are not available', () => {
  const source = new PageSource({ ...recording, overview: null }, createPageCache());
  expect(source.plan({ start: 0, end: 200 }, 100).kind).toBe('raw');
  const large = { ...recording.header, dataRecordByteLength: 1_000_000 };
  const other = new PageSource({ ...recording, header: large, overview: null }, createPageCache());
  expect(other.plan({ start: 0, end: 200 }, 100).kind).toBe('unavailable');
});
