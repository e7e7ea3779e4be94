import type { EdfHeader } from '@edf-pipeline/edf';
import { dataRecordCountIn } from '@edf-pipeline/edf';
import { analyseBlock } from '../analyse-block.ts';
import { BlockMemory } from '../block-memory.ts';
import type { BlockPartial } from '../block-partial.ts';
import { blockRange, planAnalysis } from '../plan.ts';
import type { AnalysisPlan } from '../plan.ts';
import { AnalysisReducer } from '../reduce.ts';
import type { AnalysisResult } from '../reduce.ts';
import { joined } from './generated-recording.ts';

/** Analyses a whole file in blocks of `recordsPerBlock` data records, as many as there are by default. */
export function analyseRecording(
  header: EdfHeader,
  file: Uint8Array,
  recordsPerBlock = Infinity,
): AnalysisResult & { overview: Uint8Array } {
  return analyseInBlocks(header, file, recordsPerBlock, (plan, block, bytes) =>
    structuredClone(analyseBlock(plan, block, bytes)),
  );
}

/** The same with every block and its partial in the memory of the one before. */
export function analyseRecordingInLentMemory(header: EdfHeader, file: Uint8Array, recordsPerBlock: number) {
  const memory = new BlockMemory();
  const lent = new Uint8Array(file.byteLength);
  return analyseInBlocks(header, file, recordsPerBlock, (plan, block, bytes) => {
    lent.fill(0x55).set(bytes);
    return analyseBlock(plan, block, lent.subarray(0, bytes.byteLength), memory);
  });
}

function analyseInBlocks(
  header: EdfHeader,
  file: Uint8Array,
  recordsPerBlock: number,
  partialOf: (plan: AnalysisPlan, block: number, bytes: Uint8Array) => BlockPartial,
): AnalysisResult & { overview: Uint8Array } {
  const count = dataRecordCountIn(header, file.byteLength);
  const blockByteLength = Math.min(recordsPerBlock * header.dataRecordByteLength, Number.MAX_SAFE_INTEGER);
  const plan = planAnalysis(header, count, { blockByteLength });
  const tiles: Uint8Array[] = [];
  const reducer = new AnalysisReducer(plan, { overview: (tile) => tiles.push(tile) });
  for (let block = 0; block < plan.blockCount; block++) {
    const { start, end } = blockRange(plan, block);
    reducer.add(partialOf(plan, block, file.subarray(start, end)));
  }
  return { ...reducer.finish(), overview: joined(tiles) };
}
