// Real recordings, compared with the sums of digital values that EDFlib 1.23 reads. They lie beside the repository.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkHeader, dataRecordCountIn } from '@edf-pipeline/edf';
import { analyseBlock } from './analyse-block.ts';
import { piece } from './block-partial.ts';
import { blockRange, planAnalysis } from './plan.ts';
import { analyseRecording } from './test-support/analyse-recording.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus');
const isThere = existsSync(join(corpus, 'expected/peers.json'));

interface Peer {
  'edflib-1.23': {
    ok: boolean;
    sig: { label: string; dsum: number; read: number; dmin: number; dmax: number }[];
  };
}

if (!isThere) {
  console.warn(`NOT TESTED: there is no corpus of real recordings at ${corpus}`);
  (process.env.CI ? test : test.skip)('the corpus of real recordings is there', () => {
    expect(isThere).toBe(true);
  });
} else {
  const peers = JSON.parse(readFileSync(join(corpus, 'expected/peers.json'), 'utf8')) as Record<string, Peer>;
  const names = readdirSync(join(corpus, 'files')).sort();

  test.each(names)(
    '%s is analysed, to the same result in small blocks, with the sums EDFlib reads',
    (name) => {
      const file = new Uint8Array(readFileSync(join(corpus, 'files', name)));
      const { header } = checkHeader(file, file.length);
      if (header === null) return;
      const result = analyseRecording(header, file);
      const inBlocks = analyseRecording(
        header,
        file,
        Math.ceil(dataRecordCountIn(header, file.length) / 5) || 1,
      );
      // Compared by tiles: Jest prints megabytes when large arrays differ.
      expect(Buffer.compare(inBlocks.overview, result.overview)).toBe(0);
      expect({ ...inBlocks, overview: null }).toEqual({ ...result, overview: null });

      const peer = peers[name]?.['edflib-1.23'];
      if (!peer?.ok) return;
      const sums = digitalSums(header, file);
      const bySignal = result.statistics.map((statistics, i) => ({ ...statistics, sum: sums[i]! }));
      const comparable = bySignal.filter(({ outOfRangeCount }) => outOfRangeCount === 0);
      for (const { signal, sum, sampleCount, digitalMin, digitalMax } of comparable) {
        const label = header.signals[signal]!.label;
        // EDFlib leaves annotations signals out where the file is marked as EDF+, and keeps the order.
        const sig =
          peer.sig.length === header.signals.length
            ? peer.sig[signal]!
            : peer.sig[bySignal.findIndex((s) => s.signal === signal)]!;
        expect([sig.label.trim(), sig.read, sig.dsum]).toEqual([label, sampleCount, sum]);
        if (sampleCount > 0) expect([sig.dmin, sig.dmax]).toEqual([digitalMin, digitalMax]);
      }
    },
  );
}

function digitalSums(
  header: NonNullable<ReturnType<typeof checkHeader>['header']>,
  file: Uint8Array,
): number[] {
  const plan = planAnalysis(header, dataRecordCountIn(header, file.length));
  const sums: number[] = header.signals.filter((signal) => !signal.isAnnotations).map(() => 0);
  for (let block = 0; block < plan.blockCount; block++) {
    const { start, end } = blockRange(plan, block);
    const { pieces } = analyseBlock(plan, block, file.subarray(start, end)).measures;
    for (let row = 0; row < pieces.length; row += piece.width) {
      sums[pieces[row + piece.signal]!]! += pieces[row + piece.sum]!;
    }
  }
  return sums;
}
