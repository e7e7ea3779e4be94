// How fast the library does its jobs, against C and the peers, in one run: ratios, medians over interleaved rounds.
// `npm run bench -- edf` prints the table and writes it into docs/performance.md. EDF_BENCH_MEGABYTES (1000) and
// EDF_BENCH_ROUNDS (7) make it shorter, EDF_BENCH_ROWS=headerScan,annotations runs only these; the table is written
// for the full size and all rows only.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { preparePeers } from './edf/peers.ts';
import { polysomnographyRates, writeRecording } from './edf/recordings.ts';
import type { BenchContext, Figure } from './edf/row.ts';
import { cacheFolder, megabytes, only, rounds } from './edf/config.ts';
import { annotations } from './edf/rows/annotations.ts';
import { decodeKept } from './edf/rows/decode-kept.ts';
import { fullCheck } from './edf/rows/full-check.ts';
import { headerScan } from './edf/rows/header-scan.ts';
import { streamDecode } from './edf/rows/stream-decode.ts';
import { viewerPage } from './edf/rows/viewer-page.ts';
import { tableOf, writeTable } from './edf/table.ts';

const rows = { streamDecode, decodeKept, headerScan, annotations, fullCheck, viewerPage };

const peers = preparePeers(cacheFolder);
for (const absent of peers.absent) console.log(`absent: ${absent}`);
const folder = mkdtempSync(path.join(os.tmpdir(), 'edf-bench-'));
try {
  const context: BenchContext = {
    peers,
    rounds,
    folder,
    polysomnography: writeRecording(
      path.join(folder, 'psg.edf'),
      'polysomnography, 20 mixed rates',
      polysomnographyRates,
      megabytes * 1e6,
    ),
    eeg: writeRecording(
      path.join(folder, 'eeg.edf'),
      'EEG, 64 × 512 Hz',
      Array.from({ length: 64 }, () => 512),
      megabytes * 1e6,
    ),
  };
  const figures: Figure[] = [];
  for (const [name, row] of Object.entries(rows)) {
    if (only !== undefined && !only.includes(name)) continue;
    const found = await row(context);
    for (const { job, against, measured, goal } of found)
      console.log(`${job} / ${against}: ${measured} (${goal})`);
    figures.push(...found);
  }
  const table = tableOf(figures, { megabytes, rounds, absent: peers.absent });
  if (only === undefined && megabytes >= 1000) writeTable(table);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
