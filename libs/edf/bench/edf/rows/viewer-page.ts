import { closeSync, openSync } from 'node:fs';
import type { ByteSource } from '../../../src/index.ts';
import { createSamplePool, openEdf, readSignals } from '../../../src/index.ts';
import { fileSource } from '../file-source.ts';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { limitFigure } from '../row.ts';

const pages = 200;

/** Ten seconds of 64 signals, as a viewer asks for them, at places all over the file. */
export const viewerPage: Row = async ({ rounds, eeg }) => {
  const descriptor = openSync(eeg.file, 'r');
  let reads = 0;
  const source = fileSource(descriptor);
  const counting: ByteSource = {
    ...source,
    readInto(target, start) {
      reads++;
      return source.readInto!(target, start);
    },
  };
  const file = await openEdf(counting);
  const pool = await createSamplePool();
  const blockByteLength = 10 * file.header.dataRecordByteLength;
  const measured = await interleave(rounds, {
    pages: async () => {
      for (let page = 0; page < pages; page++) {
        const firstRecord = (page * 7919) % (file.dataRecordCount - 10);
        await readSignals(file, { firstRecord, recordCount: 10, format: 'float32', pool, blockByteLength });
      }
    },
  });
  closeSync(descriptor);
  const each = (measured.seconds('pages') / pages) * 1000;
  const perPage = reads / (pages * (rounds + 1));
  return [
    limitFigure('one viewer page, 64 signals × 10 s, float32', 'time', each, 'ms', 3),
    limitFigure('one viewer page, 64 signals × 10 s, float32', 'ranged reads', perPage, 'reads', 1),
  ];
};
