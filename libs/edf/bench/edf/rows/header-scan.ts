import { closeSync, fstatSync, openSync, readSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { checkHeader, scanHeader } from '../../../src/index.ts';
import { interleave } from '../interleave.ts';
import { writeMany } from '../recordings.ts';
import type { Row } from '../row.ts';
import { ratioFigure } from '../row.ts';

const fileCount = 5000;
const headerBytes = new Uint8Array(8192);
const checked = 'header-only scan, all header checks on';

/** The headers of many small recordings of 21 signals: numbers alone, and with all checks. */
export const headerScan: Row = async ({ peers, rounds, folder }) => {
  const many = path.join(folder, 'many');
  const faulty = path.join(folder, 'many-with-findings');
  writeMany(many, fileCount, true);
  writeMany(faulty, fileCount, false);
  const { c, edflib, python } = peers;
  const measured = await interleave(rounds, {
    bare: () => scanFolder(many, (bytes, byteLength) => scanHeader(bytes, byteLength) !== null),
    c: c === null ? null : () => c('scan', many),
    checked: () => scanFolder(many, (bytes, byteLength) => findingCount(bytes, byteLength) === 0),
    faulty: () => scanFolder(faulty, (bytes, byteLength) => findingCount(bytes, byteLength) === 10),
    edflib: edflib === null ? null : () => edflib('scan', many),
  });
  const slow = await interleave(Math.min(rounds, 5), {
    bare: () => scanFolder(many, (bytes, byteLength) => scanHeader(bytes, byteLength) !== null),
    mne: python === null ? null : () => python('mne-scan', many),
  });
  const each = ((measured.seconds('bare') / fileCount) * 1e6).toFixed(1);
  const job = `header-only scan, 21 signals (${each} µs a file)`;
  return [
    ratioFigure(job, 'C -O3 -march=native', measured.times('bare', 'c'), 0.85),
    ratioFigure(job, 'EDFlib', measured.times('bare', 'edflib'), 2),
    ratioFigure(job, 'MNE', slow.times('bare', 'mne'), 500),
    ratioFigure(`${checked}, sound files`, 'the bare scan', measured.times('checked', 'bare'), 0.5),
    ratioFigure(`${checked}, 10 findings a file`, 'the bare scan', measured.times('faulty', 'bare'), 0.5),
  ];
};

function findingCount(bytes: Uint8Array, byteLength: number): number {
  const { header, findings } = checkHeader(bytes, byteLength);
  return header === null ? NaN : findings.length;
}

function scanFolder(folder: string, read: (bytes: Uint8Array, byteLength: number) => boolean): void {
  let found = 0;
  for (const name of readdirSync(folder)) {
    const descriptor = openSync(`${folder}/${name}`, 'r');
    const { size } = fstatSync(descriptor);
    const length = readSync(descriptor, headerBytes, 0, headerBytes.length, 0);
    if (read(headerBytes.subarray(0, length), size)) found++;
    closeSync(descriptor);
  }
  if (found !== fileCount) throw new Error(`${found} of ${fileCount} headers were read.`);
}
