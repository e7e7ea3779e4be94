import type { Annotation } from '@edf-pipeline/edf';
import { parseRecordAnnotations } from '@edf-pipeline/edf';
import type { BlockMemory } from './block-memory.ts';
import type { BlockPartial, RecordOnset, Segment } from './block-partial.ts';
import { FindingTallier } from './finding-tally.ts';
import { hasTimeKeeping } from './geometry.ts';
import { measureSegments } from './measure-segments.ts';
import type { AnalysisPlan } from './plan.ts';
import { blockRange } from './plan.ts';
import { RunTracker, segmentsOf } from './run-tracker.ts';

/**
 * Analyses one block: CPU work alone, for a worker thread. Reads samples, annotations and time-keeping of its data
 * records, and depends on nothing else.
 *
 * @param bytes exactly the bytes of {@link blockRange}; only read, and not kept
 * @param memory for a caller that adds each partial before it makes the next one: the partial is then made of this
 * memory and of `bytes`, holds no longer than they do, and cannot be transferred
 * @throws RangeError when the plan has no such block or `bytes` have another length
 */
export function analyseBlock(
  plan: AnalysisPlan,
  block: number,
  bytes: Uint8Array,
  memory?: BlockMemory,
): BlockPartial {
  const { firstRecord, recordCount, start, end } = blockRange(plan, block);
  if (bytes.byteLength !== end - start) {
    throw new RangeError(`Block ${block} has ${end - start} bytes; ${bytes.byteLength} were given.`);
  }
  const { onsets, annotations, findings } = readAnnotations(plan, firstRecord, recordCount, bytes);
  const segments = likelySegments(plan, firstRecord, recordCount, onsets);
  const isUncertain = firstRecord > 0 && hasTimeKeeping(plan.header) && plan.samplesOfFastestPerRecord > 0;
  return {
    block,
    firstRecord,
    recordCount,
    onsets,
    annotations,
    findings,
    measures: measureSegments(plan, segments, bytes, memory),
    records: isUncertain ? (memory ? bytes : bytes.slice()) : null,
  };
}

/** The segments as they are when no gap precedes the block: epochs and bins count from data record 0. */
function likelySegments(
  plan: AnalysisPlan,
  firstRecord: number,
  recordCount: number,
  onsets: readonly RecordOnset[],
): Segment[] {
  const runs = new RunTracker(plan.header).add(firstRecord, recordCount, onsets);
  return segmentsOf(runs, firstRecord, recordCount).map((segment, index) =>
    index === 0 ? { ...segment, runFirstRecord: 0 } : segment,
  );
}

function readAnnotations(plan: AnalysisPlan, firstRecord: number, recordCount: number, bytes: Uint8Array) {
  const onsets: RecordOnset[] = [];
  const annotations: Annotation[] = [];
  const findings = new FindingTallier();
  if (!plan.header.signals.some((signal) => signal.isAnnotations)) {
    return { onsets, annotations, findings: findings.tally() };
  }
  const length = plan.header.dataRecordByteLength;
  for (let i = 0; i < recordCount; i++) {
    const record = bytes.subarray(i * length, (i + 1) * length);
    const read = parseRecordAnnotations(plan.header, record, firstRecord + i);
    onsets.push({ onsetNs: read.onsetNs, decimals: read.onsetDecimals });
    for (const annotation of read.annotations) annotations.push(annotation);
    findings.add(read.findings);
  }
  return { onsets, annotations, findings: findings.tally() };
}
