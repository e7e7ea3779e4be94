// How fast the analysis is, and how much memory it takes:
//   node libs/analysis/bench/analyse.ts FILE [passes]     a file on disk
//   node libs/analysis/bench/analyse.ts psg|psg+|bdf [MB] a synthetic recording, written to the temporary folder
// Prints GB of input per second for the fused pass (annotations, statistics, overview), analyseBlock alone and the
// reducer alone, and the peak resident set. The file is read block by block, as the processor does. Not imported by
// src; Node 24 strips the types.
import { closeSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDataRecord, encodeHeader, parseHeader } from '@edf-pipeline/edf';
import type { EdfHeader, EdfVariant, WriteOptions } from '@edf-pipeline/edf';
import { AnalysisReducer, analyseBlock, blockRange, planAnalysis } from '../src/index.ts';

const rates = [256, 256, 256, 256, 256, 256, 256, 256, 512, 512, 512, 512, 128, 64, 32, 32, 128, 1, 1, 1];

function writeSynthetic(path: string, kind: string, megabytes: number): void {
  const variant = ({ psg: 'EDF', 'psg+': 'EDF+C', bdf: 'BDF' } as Record<string, EdfVariant>)[kind]!;
  const samplesPerRecord = kind === 'bdf' ? Array.from({ length: 64 }, () => 512) : rates;
  const half = kind === 'bdf' ? 8388608 : 32768;
  const options: WriteOptions = {
    variant,
    startDateTime: '2024-05-02T22:30:00',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 0,
    signals: samplesPerRecord.map((samplesPerDataRecord, i) => ({
      label: `Signal ${i}`,
      physicalDimension: 'uV',
      physicalMin: -500,
      physicalMax: 500,
      digitalMin: -half,
      digitalMax: half - 1,
      samplesPerDataRecord,
    })),
  };
  let state = 1;
  const noise = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >> 20;
  };
  const records = Array.from({ length: 101 }, () =>
    samplesPerRecord.map((n) => Int32Array.from({ length: n }, noise)),
  );
  const bytes = encodeDataRecord(options, 0, { samples: records[0]! }).length;
  options.dataRecordCount = Math.floor((megabytes * 1e6) / bytes);
  const file = openSync(path, 'w');
  writeSync(file, encodeHeader(options));
  for (let record = 0; record < options.dataRecordCount; record++) {
    writeSync(file, encodeDataRecord(options, record, { samples: records[record % records.length]! }));
  }
  closeSync(file);
}

function headerOf(file: number): EdfHeader {
  const bytes = new Uint8Array(256 * 1024);
  return parseHeader(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0)));
}

function pass(path: string): { total: number; analyse: number; reduce: number; overview: number } {
  const file = openSync(path, 'r');
  const header = headerOf(file);
  const size = statSync(path).size;
  const count = Math.floor((size - header.headerByteLength) / header.dataRecordByteLength);
  const plan = planAnalysis(header, count);
  const begin = performance.now();
  let analyse = 0;
  let reduce = 0;
  let overview = 0;
  const reducer = new AnalysisReducer(plan, { overview: (tile) => (overview += tile.byteLength) });
  const buffer = new Uint8Array(plan.recordsPerBlock * header.dataRecordByteLength);
  for (let block = 0; block < plan.blockCount; block++) {
    const { start, end } = blockRange(plan, block);
    const bytes = buffer.subarray(0, end - start);
    readSync(file, bytes, 0, bytes.length, start);
    const t0 = performance.now();
    const partial = analyseBlock(plan, block, bytes);
    const t1 = performance.now();
    reducer.add(partial);
    analyse += t1 - t0;
    reduce += performance.now() - t1;
  }
  reducer.finish();
  closeSync(file);
  const rate = (ms: number) => size / 1e6 / ms;
  return { total: rate(performance.now() - begin), analyse: rate(analyse), reduce: rate(reduce), overview };
}

const [what = 'psg', amount] = process.argv.slice(2);
const isSynthetic = ['psg', 'psg+', 'bdf'].includes(what);
const path = isSynthetic ? join(tmpdir(), `analysis-bench-${process.pid}.edf`) : what;
if (isSynthetic) writeSynthetic(path, what, Number(amount ?? 200));
try {
  const passes = isSynthetic ? 5 : Number(amount ?? 3);
  for (let i = 0; i < passes; i++) {
    const { total, analyse, reduce, overview } = pass(path);
    const line = [
      `total ${total.toFixed(3)} GB/s`,
      `analyseBlock ${analyse.toFixed(3)}`,
      `reduce ${reduce.toFixed(2)}`,
    ];
    console.log(`${line.join('  ')}  overview ${(overview / 1e6).toFixed(1)} MB`);
  }
  console.log(`peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
} finally {
  if (isSynthetic) rmSync(path);
}
