// How fast this library streams samples, against the plainest loop that could do it: both read the same file from the
// page cache in one run, in turns. `npm run bench -- read`.
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ByteSource, EdfFile, WriteOptions } from '../src/index.ts';
import {
  digitalSamplesInto,
  encodeDataRecord,
  encodeHeader,
  openEdf,
  physicalScale,
  recordBlocks,
} from '../src/index.ts';

const PAIRS = 7;
const CHUNK_BYTES = 256 * 1024;

interface Case {
  readonly name: string;
  readonly variant: WriteOptions['variant'];
  readonly rates: readonly number[];
  readonly megabytes: number;
}

const cases: readonly Case[] = [
  {
    name: 'polysomnography, 20 mixed rates',
    variant: 'EDF+C',
    megabytes: 200,
    rates: [512, 512, 512, 512, 256, 256, 256, 256, 256, 256, 128, 128, 128, 64, 64, 32, 32, 4, 1, 1],
  },
  { name: 'EEG, 64 × 512 Hz', variant: 'EDF', megabytes: 200, rates: Array.from({ length: 64 }, () => 512) },
];

function writeCase({ variant, rates, megabytes }: Case, file: string): void {
  const signals = rates.map((rate, index) => ({
    label: `S${index}`,
    physicalDimension: 'uV',
    physicalMin: -3276.8,
    physicalMax: 3276.7,
    samplesPerDataRecord: rate,
  }));
  const draft: WriteOptions = {
    variant,
    startDateTime: '2024-05-02T22:30:00',
    dataRecordDurationSeconds: 1,
    signals,
    dataRecordCount: 1,
  };
  const samples = rates.map((rate) =>
    Int16Array.from({ length: rate }, (_, at) => ((at * 7919) % 4001) - 2000),
  );
  const recordBytes = encodeDataRecord(draft, 0, { samples });
  const options = { ...draft, dataRecordCount: Math.round((megabytes * 1e6) / recordBytes.length) };
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, encodeHeader(options));
  for (let record = 0; record < options.dataRecordCount; record++)
    writeSync(descriptor, encodeDataRecord(options, record, { samples }));
  closeSync(descriptor);
}

/** The scalar prototype: one pass over each chunk, integers to float32, nothing checked. */
function plainLoop(descriptor: number, file: EdfFile): number {
  const { header, dataRecordCount } = file;
  const recordsPerChunk = Math.max(1, Math.floor(CHUNK_BYTES / header.dataRecordByteLength));
  const chunk = new Uint8Array(recordsPerChunk * header.dataRecordByteLength);
  const integers = new Int16Array(chunk.buffer);
  const out = new Float32Array(
    Math.max(...header.signals.map(({ samplesPerDataRecord }) => samplesPerDataRecord)),
  );
  const wordsPerRecord = header.dataRecordByteLength / 2;
  let sum = 0;
  for (let record = 0; record < dataRecordCount; record += recordsPerChunk) {
    const count = Math.min(recordsPerChunk, dataRecordCount - record);
    readSync(
      descriptor,
      chunk,
      0,
      count * header.dataRecordByteLength,
      header.headerByteLength + record * header.dataRecordByteLength,
    );
    for (let each = 0; each < count; each++) {
      for (const signal of header.signals) {
        const first = each * wordsPerRecord + signal.byteOffsetInDataRecord / 2;
        for (let at = 0; at < signal.samplesPerDataRecord; at++)
          out[at] = 0.1 * ((integers[first + at] ?? 0) + 0.5);
        sum += out[0] ?? 0;
      }
    }
  }
  return sum;
}

/** The same work through the library's public functions. */
async function library(file: EdfFile): Promise<number> {
  const { header } = file;
  let integers = new Int16Array(0);
  let out = new Float32Array(0);
  let sum = 0;
  for await (const { bytes, recordCount } of recordBlocks(file, { blockByteLength: CHUNK_BYTES })) {
    for (const signal of header.signals) {
      const count = signal.samplesPerDataRecord * recordCount;
      if (integers.length < count) {
        integers = new Int16Array(count);
        out = new Float32Array(count);
      }
      digitalSamplesInto(header, signal, bytes, recordCount, integers);
      const { gain, offset } = physicalScale(signal);
      for (let at = 0; at < count; at++) out[at] = gain * ((integers[at] ?? 0) + offset);
      sum += out[0] ?? 0;
    }
  }
  return sum;
}

function fileSource(descriptor: number): ByteSource {
  return {
    byteLength: fstatSync(descriptor).size,
    slice: async (start, end) => {
      const bytes = new Uint8Array(end - start);
      readSync(descriptor, bytes, 0, bytes.length, start);
      return bytes;
    },
  };
}

async function seconds(work: () => unknown): Promise<number> {
  const begunAt = performance.now();
  await work();
  return (performance.now() - begunAt) / 1000;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const folder = mkdtempSync(path.join(os.tmpdir(), 'edf-bench-'));
try {
  for (const each of cases) {
    const place = path.join(folder, 'bench.edf');
    writeCase(each, place);
    const descriptor = openSync(place, 'r');
    const file = await openEdf(fileSource(descriptor));
    const gigabytes = file.source.byteLength / 1e9;
    const ratios: number[] = [];
    const rates: number[] = [];
    for (let pair = 0; pair <= PAIRS; pair++) {
      const plain = await seconds(() => plainLoop(descriptor, file));
      const ours = await seconds(() => library(file));
      if (pair === 0) continue;
      ratios.push(plain / ours);
      rates.push(gigabytes / ours);
    }
    closeSync(descriptor);
    console.log(
      `| streaming samples to float32, ${each.name} / the plainest loop, median of ${PAIRS} pairs | ${median(ratios).toFixed(2)} (${median(rates).toFixed(2)} GB/s) | ≥ 0.5 |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
