import type { EdfFile } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import type { WriteAnnotation } from '../write/encode-tal.ts';
import type { Derivation } from './derive.ts';
import { derive, wholeOf } from './derive.ts';
import type { EdfOutput } from './edf-output.ts';

/**
 * The runs of a recording as recordings without gaps, in file order. Each annotation is in exactly one: the last
 * run that has begun at its onset, the first run when none has.
 *
 * @throws EdfError as {@link derive}
 */
export async function splitDiscontinuous(
  file: EdfFile,
  derivation: Derivation = {},
  signal?: AbortSignal,
): Promise<EdfOutput[]> {
  const read = await readAnnotations(file, signal);
  const { runs, annotations } = wholeOf(file, read);
  const byStart = runs
    .map((run, index) => ({ run, index }))
    .sort((a, b) => compare(a.run.startNs, b.run.startNs));
  const parts: WriteAnnotation[][] = runs.map(() => []);
  for (const annotation of annotations) {
    let low = 0;
    for (let high = byStart.length; low < high;) {
      const middle = (low + high) >> 1;
      if (byStart[middle]!.run.startNs <= annotation.onsetNs) low = middle + 1;
      else high = middle;
    }
    const owner = byStart[Math.max(0, low - 1)];
    if (owner !== undefined) parts[owner.index]!.push(annotation);
  }
  const outputs: EdfOutput[] = [];
  for (const [index, run] of runs.entries()) {
    outputs.push(await derive(file, { runs: [run], annotations: parts[index]! }, derivation, signal));
  }
  return outputs;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
