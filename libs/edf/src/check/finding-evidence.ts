import type { Finding, FindingPatch } from '../finding.ts';
import { decodeLatin1 } from '../header-text.ts';
import type { EdfHeader } from '../header.ts';
import type { FieldEdit } from '../repair/header-draft.ts';
import { isIdentifyingField } from '../repair/header-draft.ts';
import type { FilePlan } from '../repair/plan-repair.ts';
import type { RepairName } from '../repair/repair-catalogue.ts';
import { separateTals } from '../repair/tal-repairs.ts';
import { visibleHeaderBytes, visibleTalBytes } from './visible-bytes.ts';

/** A finding about limits names the lower one, and both are written together. */
const upperLimits: Readonly<Record<string, string>> = {
  digitalMin: 'digitalMax',
  physicalMin: 'physicalMax',
};

/** Adds the bytes themselves to a finding of the header. */
export function withHeaderBytes(finding: Finding, bytes: Uint8Array): Finding {
  const { offset, length } = finding;
  if (offset === undefined || length === undefined || offset + length > bytes.length) return finding;
  const raw = visibleHeaderBytes(bytes.subarray(offset, offset + length), finding.field);
  return raw === undefined ? finding : { ...finding, raw };
}

/**
 * Adds the bytes themselves to a finding of TALs.
 *
 * @param records bytes of the file from `start` on
 */
export function withTalBytes(finding: Finding, records: Uint8Array, start: number): Finding {
  if (finding.offset === undefined || finding.raw !== undefined) return finding;
  const from = finding.offset - start;
  const raw = from < 0 || from >= records.length ? '' : visibleTalBytes(records.subarray(from, from + 32));
  return raw === '' ? finding : { ...finding, raw };
}

/**
 * Says of findings about TALs that run together which of them the repair can put right.
 *
 * @param recordBytes their data record
 */
export function withTalPatches(
  findings: readonly Finding[],
  header: EdfHeader,
  recordBytes: Uint8Array,
  record: number,
): Finding[] {
  const changes = separateTals(header, recordBytes, record);
  const isSeparated = (signal: number): boolean => {
    const { byteOffsetInDataRecord: start, samplesPerDataRecord } = header.signals[signal]!;
    const end = start + samplesPerDataRecord * header.bytesPerSample;
    return changes.some(({ offset }) => offset >= start && offset < end);
  };
  const patch = { kind: 'rewrite', repair: 'tals-run-together' } as const;
  return findings.map((finding) =>
    finding.id === 'EDF058' && isSeparated(finding.signal!) ? { ...finding, patch } : finding,
  );
}

/**
 * Adds the patch to findings that the default repair of the file puts right.
 *
 * @param file the plan of that repair
 */
export function withPatches(
  findings: readonly Finding[],
  bytes: Uint8Array,
  header: EdfHeader,
  file: FilePlan,
): Finding[] {
  const edits = [...file.draft.edits.values()];
  return findings.map((finding) => {
    const patch = patchOf(finding, bytes, header, edits) ?? rewriteOf(finding, file.tailRepair);
    return patch === null ? finding : { ...finding, patch };
  });
}

function patchOf(
  finding: Finding,
  bytes: Uint8Array,
  header: EdfHeader,
  edits: readonly FieldEdit[],
): FindingPatch | null {
  const { id, field, signal, signals } = finding;
  const names = id === 'EDF047' ? [field, upperLimits[field!]] : [field];
  const isFor = (edit: FieldEdit): boolean => names.includes(edit.field.name) && edit.findings.has(id);
  // The patch of a finding that stands for many signals is for all of them.
  const isOwn = ({ field: { signal: of } }: FieldEdit): boolean =>
    signals === undefined ? (of ?? undefined) === signal : of !== null && signals.includes(of);
  const own = edits.filter((edit) => isFor(edit) && isOwn(edit));
  if (own.length === 0) return null;
  const [repair] = own[0]!.repairs;
  if (isIdentifyingField(field) || header.headerShift !== 0) return { kind: 'rewrite', repair: repair! };
  const offset = Math.min(...own.map((edit) => edit.field.offset));
  const end = Math.max(...own.map((edit) => edit.field.offset + edit.field.length));
  const after = bytes.slice(offset, end);
  for (const edit of own) after.set(edit.after, edit.field.offset - offset);
  return {
    kind: 'header-bytes',
    offset,
    before: decodeLatin1(bytes.subarray(offset, end)),
    after: decodeLatin1(after),
  };
}

/** Repairs that cannot be told as bytes of one field; only those that are planned. */
function rewriteOf({ id }: Finding, tailRepair: RepairName | null): FindingPatch | null {
  if (id === 'EDF003') return { kind: 'rewrite', repair: 'header-shift' };
  const isTail =
    (id === 'EDF018' && tailRepair === 'truncated-tail') ||
    (id === 'EDF019' && tailRepair === 'trailing-bytes');
  return isTail ? { kind: 'rewrite', repair: tailRepair } : null;
}
