import { createHash } from 'node:crypto';
import { analyseRecording } from './test-support/analyse-recording.ts';
import { generateRecording } from './test-support/generated-recording.ts';

// A change of any of these values changes results that labs have stored: raise the pipeline's version with it.
test('a generated polysomnography gives the very results it always gave', () => {
  const { header, file } = generateRecording({
    variant: 'EDF+D',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 1200,
    samplesPerDataRecord: [256, 128, 32, 16, 1],
    gaps: [500, 901],
    seed: 20240502,
  });
  const result = analyseRecording(header, file, 100);
  const digest = (bytes: Uint8Array | string) =>
    createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const { statistics, epochStatistics, overviewIndex, overview, timeline, findings } = result;
  const columns = Object.values(epochStatistics).filter((column) => ArrayBuffer.isView(column));
  expect({
    file: digest(file),
    overview: digest(overview),
    overviewLength: overview.length,
    index: digest(JSON.stringify(overviewIndex)),
    epochs: digest(columns.map((column) => digest(new Uint8Array(column.buffer))).join()),
    epochRows: epochStatistics.epoch.length,
    runs: timeline.runs.length,
    findings: findings.map(({ id, signal }) => [id, signal]),
    first: statistics[0],
    last: statistics[4],
  }).toMatchInlineSnapshot(`
    {
      "epochRows": 205,
      "epochs": "cd61647e1c178e1d",
      "file": "9a7dfbcaf1bc3cf6",
      "findings": [
        [
          "EDF065",
          0,
        ],
        [
          "EDF064",
          1,
        ],
        [
          "EDF065",
          2,
        ],
        [
          "EDF064",
          3,
        ],
        [
          "EDF065",
          3,
        ],
        [
          "EDF065",
          4,
        ],
      ],
      "first": {
        "clippedCount": 3755,
        "digitalMax": 32767,
        "digitalMin": -32768,
        "flatCount": 155068,
        "longestFlatSeconds": 0.77734375,
        "mean": -1.2141165710791897,
        "outOfRangeCount": 0,
        "physicalMax": 499.5,
        "physicalMin": -499.9999999999999,
        "rootMeanSquare": 57.08230449711221,
        "sampleCount": 307200,
        "signal": 0,
        "standardDeviation": 57.06939116245124,
      },
      "index": "885e3ea1f12b0183",
      "last": {
        "clippedCount": 91,
        "digitalMax": 32767,
        "digitalMin": -32768,
        "flatCount": 712,
        "longestFlatSeconds": 166,
        "mean": -36.45569979781792,
        "outOfRangeCount": 0,
        "physicalMax": 499.5,
        "physicalMin": -499.9999999999999,
        "rootMeanSquare": 137.68645623152025,
        "sampleCount": 1200,
        "signal": 4,
        "standardDeviation": 132.77252043192416,
      },
      "overview": "79a9b6546eb4565d",
      "overviewLength": 372000,
      "runs": 3,
    }
  `);
});
