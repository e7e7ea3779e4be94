import { fixedFields } from '../header-fields.ts';
import { decodeLatin1 } from '../header-text.ts';
import type { EdfHeader } from '../header.ts';
import { parseHeader } from '../header.ts';
import { isSameBytes } from './byte-change.ts';
import { repairIdentification, repairStart } from './date-repairs.ts';
import { HeaderDraft } from './header-draft.ts';
import { repairAnnotationsHeaders, repairNumbers } from './number-repairs.ts';
import type { RepairName } from './repair-catalogue.ts';
import { repairTexts } from './text-repairs.ts';
import { unshiftedHeader, versionBytes } from './unshift-header.ts';

// A repaired field may let another be read, and that be repaired; no chain is longer.
const mostRounds = 5;

/**
 * The header record with all chosen repairs made that need nothing but the header. Where samples lie, and how many,
 * is the same afterwards: if a repair would change that, none is made.
 *
 * @param bytes the header record as the file has it, at least `header.headerByteLength` bytes
 */
export function draftHeader(
  bytes: Uint8Array,
  header: EdfHeader,
  chosen: ReadonlySet<RepairName>,
): HeaderDraft {
  const proper = unshiftedHeader(bytes.subarray(0, header.headerByteLength), header);
  const draft = new HeaderDraft(proper);
  for (let round = 0; round < mostRounds; round++) {
    const before = draft.bytes.slice();
    repairRound(draft, header, chosen);
    if (isSameBytes(before, draft.bytes)) break;
  }
  return hasSameGeometry(draft, header) ? draft : new HeaderDraft(proper);
}

function repairRound(draft: HeaderDraft, original: EdfHeader, chosen: ReadonlySet<RepairName>): void {
  if (chosen.has('version')) {
    const version = decodeLatin1(versionBytes(original.bytesPerSample));
    draft.set(draft.fixed('version'), version, 'version', 'EDF002', 'the version field of the format');
  }
  repairTexts(draft, chosen);
  if (chosen.has('header-counts')) repairCounts(draft);
  repairStart(draft, chosen);
  const header = parseHeader(draft.bytes);
  if (chosen.has('identification-form') && header.variant.includes('+')) repairIdentification(draft);
  repairMarker(draft, header, chosen);
  if (chosen.has('reserved-text')) {
    for (const { index, reserved } of header.signals) {
      if (reserved === '') continue;
      const field = draft.ofSignal('reserved', index);
      draft.set(field, '', 'reserved-text', 'EDF043', 'the reserved field of a signal is blank');
    }
  }
  if (chosen.has('numbers')) repairNumbers(draft, header);
  if (chosen.has('annotations-signal-header')) repairAnnotationsHeaders(draft, header);
}

function repairCounts(draft: HeaderDraft): void {
  const set = (name: 'signalCount' | 'headerByteLength', value: number, finding: string): void => {
    const field = draft.fixed(name);
    const text = draft.text(field);
    if (/^\d+$/.test(text) && Number(text) === value) return;
    draft.set(field, String(value), 'header-counts', finding, 'as many as there are');
  };
  set('signalCount', draft.signalCount, 'EDF023');
  set('headerByteLength', draft.bytes.length, 'EDF012');
}

function repairMarker(draft: HeaderDraft, header: EdfHeader, chosen: ReadonlySet<RepairName>): void {
  const field = draft.fixed('reserved');
  const text = draft.text(field);
  const format = header.bytesPerSample === 3 ? 'BDF' : 'EDF';
  const plain = format === 'BDF' ? '24BIT' : '';
  const marker = /^(EDF|BDF)\+[CD]/.exec(text);
  if (marker === null) {
    if (text === '' || text === plain || !chosen.has('reserved-text')) return;
    draft.set(field, plain, 'reserved-text', 'EDF013', 'the reserved field holds a marker or nothing');
    return;
  }
  if (!chosen.has('format-marker')) return;
  if (!header.signals.some(({ isAnnotations }) => isAnnotations)) {
    draft.set(field, plain, 'format-marker', 'EDF045', 'without annotations signal the file is not EDF+');
  } else if (marker[1] !== format) {
    const raw = decodeLatin1(draft.bytesOf(field)).trimStart();
    draft.set(field, format + raw.slice(3).trimEnd(), 'format-marker', 'EDF014', `the marker of ${format}+`);
  }
}

function hasSameGeometry(draft: HeaderDraft, original: EdfHeader): boolean {
  const header = parseHeader(draft.bytes);
  return (
    header.headerShift === 0 &&
    header.bytesPerSample === original.bytesPerSample &&
    header.signals.length === original.signals.length &&
    header.signals.every((signal, index) => {
      const before = original.signals[index]!;
      return (
        signal.samplesPerDataRecord === before.samplesPerDataRecord &&
        signal.isAnnotations === before.isAnnotations
      );
    })
  );
}

/** Replaces C by D or D by C in the marker. */
export function markAs(draft: HeaderDraft, kind: 'C' | 'D'): void {
  const field = draft.fixed('reserved');
  const text = decodeLatin1(draft.bytesOf(field));
  const changed = text.replace(/^( *(?:EDF|BDF)\+)[CD]/, `$1${kind}`);
  if (kind === 'C') {
    draft.set(field, changed, 'discontinuous-marker', 'EDF055', 'the data records follow each other');
  } else draft.set(field, changed, 'continuous-marker', 'EDF054', 'the recording has gaps');
}

/** Where the identification ends: what follows moves as a whole when a header is shifted. */
export const identificationEnd = fixedFields.startDate.offset;
