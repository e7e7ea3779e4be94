import type { ByteSource } from '../byte-source.ts';
import { recordBlocks } from '../data-record.ts';
import { EdfError } from '../errors.ts';
import { readHeaderBytes } from '../header-bytes.ts';
import type { EdfHeader } from '../header.ts';
import { parseHeader } from '../header.ts';
import { sliceExactly } from '../open.ts';
import { parseRecordAnnotations } from '../tal.ts';
import { TimelineBuilder } from '../timeline.ts';
import type { ByteChange } from './byte-change.ts';
import { applyChanges, inverseChanges } from './byte-change.ts';
import type { RecordFacts, RepairPlan } from './plan-repair.ts';
import { planFile, planRepair } from './plan-repair.ts';
import type { RepairChoices, RepairName } from './repair-catalogue.ts';
import { chosenRepairs } from './repair-catalogue.ts';
import { SampleDigest } from './sample-digest.ts';
import { separateTals } from './tal-repairs.ts';

/** What shows that no sample was touched: digests of all ordinary signals, before and after. */
export interface RepairProof {
  /** FNV-1a, 64 bit, 16 hexadecimal digits ({@link SampleDigest}). */
  readonly samplesBefore: string;
  readonly samplesAfter: string;
  readonly byteLength: number;
}

/** A repair that is planned; nothing is written until it is asked for. */
export interface EdfRepair {
  readonly plan: RepairPlan;
  /** The changes that turn the repaired file back into this one, byte by byte. */
  readonly undo: readonly ByteChange[];
  /**
   * Gives the repaired file to `sink`, chunk after chunk, and proves that no sample changed.
   *
   * @param sink owns the chunks no longer than its promise is pending
   * @throws EdfError `range-invalid` when the source has changed since the plan was made
   */
  write(sink: (chunk: Uint8Array) => void | Promise<void>, signal?: AbortSignal): Promise<RepairProof>;
}

/**
 * Plans the repair of a recording: reads its header and, where it has annotations, its data records. The source is
 * never changed; the repaired file is another one. Repairing a repaired file changes nothing.
 *
 * @param choices which repairs; the default ones change nothing that this library reads otherwise
 * @throws EdfError as `parseHeader`, when samples cannot be located; `source-read-short`
 */
export async function repairEdf(
  source: ByteSource,
  choices: RepairChoices = {},
  signal?: AbortSignal,
): Promise<EdfRepair> {
  const chosen = chosenRepairs(choices);
  const bytes = await readHeaderBytes(source, signal);
  const header = parseHeader(bytes);
  const file = planFile(bytes, header, source.byteLength, chosen);
  const read = parseHeader(file.draft.bytes);
  const records = await scanRecords(source, header, read, file.dataRecordCount, chosen, signal);
  const tail = await sliceExactly(source, file.end, source.byteLength, signal);
  const plan = planRepair(bytes, header, file, { ...records, tail }, chosen);
  const repaired = parseHeader(file.draft.bytes);
  return {
    plan,
    undo: inverseChanges(plan.changes),
    write: async (sink, writeSignal) => {
      const before = new SampleDigest(header, plan.dataRecordCount);
      const isMoved = plan.changes.some(({ repairs }) => repairs.includes('header-shift'));
      const after = new SampleDigest(isMoved ? repaired : header, plan.dataRecordCount);
      let byteLength = 0;
      for await (const chunk of applyChanges(source, plan.changes, writeSignal, (own) =>
        before.update(own),
      )) {
        after.update(chunk);
        byteLength += chunk.length;
        await sink(chunk);
      }
      const proof = { samplesBefore: before.finish(), samplesAfter: after.finish(), byteLength };
      if (proof.samplesBefore === proof.samplesAfter) return proof;
      const message = 'The repair would have changed samples; the file written must not be used.';
      throw new EdfError('range-invalid', message);
    },
  };
}

/** Reads the times and TALs of the data records that the repaired file will count. */
async function scanRecords(
  source: ByteSource,
  header: EdfHeader,
  read: EdfHeader,
  dataRecordCount: number,
  chosen: ReadonlySet<RepairName>,
  signal: AbortSignal | undefined,
): Promise<Omit<RecordFacts, 'tail'>> {
  const talChanges: (ByteChange & { record: number })[] = [];
  const builder = new TimelineBuilder(read);
  if (header.signals.some(({ isAnnotations }) => isAnnotations)) {
    const file = { source, header, findings: [], dataRecordCount };
    for await (const { firstRecord, recordCount, bytes } of recordBlocks(file, { signal })) {
      for (let i = 0; i < recordCount; i++) {
        const record = firstRecord + i;
        const recordBytes = bytes.subarray(
          i * header.dataRecordByteLength,
          (i + 1) * header.dataRecordByteLength,
        );
        const { onsetNs, onsetDecimals, findings } = parseRecordAnnotations(read, recordBytes, record);
        builder.add(record, onsetNs, onsetDecimals);
        if (findings.length === 0 || !chosen.has('tals-run-together')) continue;
        const start = header.headerByteLength + record * header.dataRecordByteLength;
        for (const change of separateTals(read, recordBytes, record))
          talChanges.push({ ...change, offset: start + change.offset, record });
      }
    }
  }
  const { findings } = builder.finish();
  return {
    isWithoutGaps: findings.some(({ id }) => id === 'EDF055'),
    hasGaps: findings.some(({ id }) => id === 'EDF054'),
    talChanges,
  };
}
