import type { Finding, FindingPatch } from '../finding.ts';
import { decodeLatin1 } from '../header-text.ts';
import type { EdfHeader } from '../header.ts';
import type { FieldEdit, HeaderDraft } from '../repair/header-draft.ts';
import { isIdentifyingField } from '../repair/header-draft.ts';
import { repairCatalogue } from '../repair/repair-catalogue.ts';
import { visibleHeaderBytes, visibleTalBytes } from './visible-bytes.ts';

/** Repairs that cannot be told as bytes of one field. */
const rewrites = new Map(
  repairCatalogue
    .filter(
      ({ name, isDefault }) =>
        isDefault && ['header-shift', 'truncated-tail', 'trailing-bytes', 'tals-run-together'].includes(name),
    )
    .flatMap(({ name, findings }) => findings.map((id) => [id, name] as const)),
);

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

/** Adds the patch to findings that a default repair is for. */
export function withPatches(
  findings: readonly Finding[],
  bytes: Uint8Array,
  header: EdfHeader,
  draft: HeaderDraft,
): Finding[] {
  const edits = [...draft.edits.values()];
  return findings.map((finding) => {
    const patch = patchOf(finding, bytes, header, edits);
    return patch === null ? finding : { ...finding, patch };
  });
}

function patchOf(
  finding: Finding,
  bytes: Uint8Array,
  header: EdfHeader,
  edits: readonly FieldEdit[],
): FindingPatch | null {
  const { id, field, signal } = finding;
  const isFor = (edit: FieldEdit): boolean => edit.field.name === field && edit.findings.has(id);
  // A finding that stands for many signals names the first; its patch is for all of them.
  const isJoined = / \(\d+ signals\)$/.test(finding.message);
  const own = edits.filter(
    (edit) => isFor(edit) && (isJoined || (edit.field.signal ?? undefined) === signal),
  );
  if (own.length > 0) {
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
  const rewrite = rewrites.get(id);
  return rewrite === undefined ? null : { kind: 'rewrite', repair: rewrite };
}
