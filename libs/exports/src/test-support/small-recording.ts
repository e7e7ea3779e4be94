import { AnalysisReducer, analyseBlock, blockRange, planAnalysis } from '@edf-pipeline/analysis';
import type { AnalysisResult } from '@edf-pipeline/analysis';
import { encodeDataRecord, encodeHeader, parseHeader } from '@edf-pipeline/edf';
import type { EdfHeader, WriteOptions } from '@edf-pipeline/edf';

/** Ten minutes of three signals with a gap of five minutes in the middle, analysed. */
export function smallRecording(labels = ['EEG C4-M1', 'SpO2', 'Position']): {
  header: EdfHeader;
  result: AnalysisResult;
} {
  const limits = { physicalMin: -100, physicalMax: 100, digitalMin: -1000, digitalMax: 1000 };
  const options: WriteOptions = {
    variant: 'EDF+D',
    startDateTime: '2024-05-02T22:30:00',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 600,
    signals: labels.map((label, i) => ({
      ...limits,
      label,
      physicalDimension: i === 0 ? 'uV' : '%',
      // The last signal has limits that give no scale.
      physicalMax: i === 2 ? -100 : 100,
      samplesPerDataRecord: i === 0 ? 64 : 1,
    })),
  };
  const samplesOf = (record: number) =>
    labels.map((_, i) =>
      i === 0 ? Array.from({ length: 64 }, (_, k) => Math.round(900 * Math.sin(record + k))) : [record + i],
    );
  const records = Array.from({ length: 600 }, (_, record) => {
    const onsetSeconds = record < 300 ? record : record + 300;
    const annotations =
      record % 30 === 0 ? [{ onsetSeconds, durationSeconds: 30, text: 'Sleep stage N2' }] : [];
    return encodeDataRecord(options, record, { onsetSeconds, samples: samplesOf(record), annotations });
  });
  const header = parseHeader(encodeHeader(options));
  const plan = planAnalysis(header, 600);
  const reducer = new AnalysisReducer(plan, { overview: () => {} });
  for (let block = 0; block < plan.blockCount; block++) {
    const { firstRecord, recordCount, start, end } = blockRange(plan, block);
    const bytes = new Uint8Array(end - start);
    records
      .slice(firstRecord, firstRecord + recordCount)
      .forEach((record, i) => bytes.set(record, i * record.length));
    reducer.add(analyseBlock(plan, block, bytes));
  }
  return { header, result: reducer.finish() };
}
