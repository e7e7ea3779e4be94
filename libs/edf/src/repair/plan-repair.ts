import type { EdfHeader } from '../header.ts';
import { parseHeader } from '../header.ts';
import type { ByteChange } from './byte-change.ts';
import { draftHeader, identificationEnd, markAs } from './draft-header.ts';
import type { HeaderDraft } from './header-draft.ts';
import { isIdentifyingField } from './header-draft.ts';
import type { RepairName } from './repair-catalogue.ts';

/** One change of a repair: which bytes become which, and why. */
export interface RepairChange extends ByteChange {
  readonly repairs: readonly RepairName[];
  /** Ids of the findings it is for. */
  readonly findings: readonly string[];
  readonly reason: string;
  readonly field?: string;
  readonly signal?: number;
  readonly record?: number;
  /** The bytes may identify a person: not to be shown or logged. */
  readonly isIdentifying: boolean;
}

/** All changes of a repair, in the order of their offsets. */
export interface RepairPlan {
  readonly changes: readonly RepairChange[];
  /** Size of the file afterwards. */
  readonly byteLength: number;
  readonly dataRecordCount: number;
}

/** What the records of a file showed. */
export interface RecordFacts {
  /** Whether the timeline has the finding that a discontinuous file has no gap, or a continuous one has. */
  readonly isWithoutGaps: boolean;
  readonly hasGaps: boolean;
  /** With offsets in the file. */
  readonly talChanges: readonly (ByteChange & { readonly record: number })[];
  /** The bytes from {@link FilePlan}'s `end` on. */
  readonly tail: Uint8Array;
}

/** How long the file will be, and how many data records it will count. */
export interface FilePlan {
  readonly draft: HeaderDraft;
  readonly dataRecordCount: number;
  /** Byte of the source where the file will end. */
  readonly end: number;
  readonly tailRepair: RepairName | null;
}

/**
 * Plans what needs only the header and the size of the file.
 *
 * @param bytes the header record as the file has it
 */
export function planFile(
  bytes: Uint8Array,
  header: EdfHeader,
  byteLength: number,
  chosen: ReadonlySet<RepairName>,
): FilePlan {
  const draft = draftHeader(bytes, header, chosen);
  const { declaredDataRecordCount: declared } = parseHeader(draft.bytes);
  const { headerByteLength, dataRecordByteLength } = header;
  const held = Math.max(0, Math.floor((byteLength - headerByteLength) / dataRecordByteLength));
  const isDeclared = declared !== null && declared >= 0;
  // Its samples are all that the file has: they are neither cut off nor said to be none.
  const isOnlyRecordCut = held === 0 && byteLength > headerByteLength;
  const setCount = (repair: RepairName, finding: string): void => {
    const field = draft.fixed('dataRecordCount');
    draft.set(field, String(held), repair, finding, 'as many data records as the file holds');
  };
  let dataRecordCount = isDeclared ? Math.min(declared, held) : held;
  let tailRepair: RepairName = 'truncated-tail';
  if (!isDeclared || declared > held) {
    if (chosen.has('data-record-count') && !isOnlyRecordCut)
      setCount('data-record-count', isDeclared ? 'EDF017' : 'EDF015');
  } else {
    tailRepair = 'trailing-bytes';
    if (held > declared && chosen.has('extra-data-records')) {
      setCount('extra-data-records', declared === 0 ? 'EDF016' : 'EDF019');
      dataRecordCount = held;
    }
  }
  const end = headerByteLength + dataRecordCount * dataRecordByteLength;
  // Whole data records that the header does not count may be data: they are not cut off.
  const isAllCounted = held === dataRecordCount && !isOnlyRecordCut;
  const isCut = end < byteLength && isAllCounted && mayCut(tailRepair, chosen);
  return { draft, dataRecordCount, end: isCut ? end : byteLength, tailRepair: isCut ? tailRepair : null };
}

/**
 * Once the data records are counted anew, the part of one behind them looks like bytes that belong to nothing: who
 * leaves it in place must not lose it to the other repair when the file is repaired again.
 */
function mayCut(tailRepair: RepairName, chosen: ReadonlySet<RepairName>): boolean {
  const mayBePartOfRecord = chosen.has('data-record-count') && !chosen.has('truncated-tail');
  return chosen.has(tailRepair) && !(tailRepair === 'trailing-bytes' && mayBePartOfRecord);
}

/** Marks the draft as continuous or discontinuous, as the records showed and the choices ask. */
export function planMarker(
  draft: HeaderDraft,
  facts: Pick<RecordFacts, 'isWithoutGaps' | 'hasGaps'>,
  chosen: ReadonlySet<RepairName>,
): void {
  if (facts.isWithoutGaps && chosen.has('discontinuous-marker')) markAs(draft, 'C');
  if (facts.hasGaps && chosen.has('continuous-marker')) markAs(draft, 'D');
}

/** The whole plan. Pure: everything it needs was read before. */
export function planRepair(
  bytes: Uint8Array,
  header: EdfHeader,
  file: FilePlan,
  facts: RecordFacts,
  chosen: ReadonlySet<RepairName>,
): RepairPlan {
  planMarker(file.draft, facts, chosen);
  const changes = headerChanges(bytes, header, file.draft, chosen);
  for (const { record, ...change } of facts.talChanges) {
    const reason = 'each TAL ends with a zero byte';
    const about = { repairs: ['tals-run-together'], findings: ['EDF058'], reason, record } as const;
    changes.push({ ...change, ...about, isIdentifying: true });
  }
  if (file.tailRepair !== null && facts.tail.length > 0) {
    changes.push({
      offset: file.end,
      before: facts.tail,
      after: new Uint8Array(0),
      repairs: [file.tailRepair],
      findings: [file.tailRepair === 'truncated-tail' ? 'EDF018' : 'EDF019'],
      reason: 'the file ends with its last whole data record',
      isIdentifying: true,
    });
  }
  const growth = changes.reduce((sum, { before, after }) => sum + after.length - before.length, 0);
  const byteLength = file.end + facts.tail.length + growth;
  return { changes, byteLength, dataRecordCount: file.dataRecordCount };
}

function headerChanges(
  bytes: Uint8Array,
  header: EdfHeader,
  draft: HeaderDraft,
  chosen: ReadonlySet<RepairName>,
): RepairChange[] {
  const shift = header.headerShift;
  const changes: RepairChange[] = [];
  const isMoved = shift !== 0 && chosen.has('header-shift');
  if (isMoved) {
    changes.push({
      offset: 0,
      before: bytes.slice(0, identificationEnd + shift),
      after: draft.bytes.slice(0, identificationEnd),
      repairs: ['header-shift'],
      findings: ['EDF003'],
      reason: `the header fields lay ${Math.abs(shift)} bytes too ${shift < 0 ? 'early' : 'late'}`,
      isIdentifying: true,
    });
  }
  for (const { field, repairs, findings, reasons } of draft.edits.values()) {
    // In a shifted header the identification is one piece, changed above or not at all.
    if (shift !== 0 && field.offset < identificationEnd) continue;
    const offset = field.offset + shift;
    const before = bytes.slice(offset, offset + field.length);
    changes.push({
      offset,
      before,
      after: draft.bytesOf(field).slice(),
      repairs: [...repairs],
      findings: [...findings],
      reason: [...reasons].join('; '),
      field: field.name,
      ...(field.signal === null ? {} : { signal: field.signal }),
      isIdentifying: isIdentifyingField(field.name),
    });
  }
  return changes.sort((a, b) => a.offset - b.offset);
}
