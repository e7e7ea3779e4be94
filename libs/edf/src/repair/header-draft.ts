import { fixedFields, signalFieldOffset, signalFields } from '../header-fields.ts';
import type { SignalFieldName } from '../header-fields.ts';
import { headerText } from '../header-text.ts';
import { isSameBytes } from './byte-change.ts';
import type { RepairName } from './repair-catalogue.ts';

export type FixedFieldName = keyof typeof fixedFields;

/** One field of the header record. `signal` is null for the fixed header. */
export interface DraftField {
  readonly name: FixedFieldName | SignalFieldName;
  readonly signal: number | null;
  readonly offset: number;
  readonly length: number;
}

/** Why a field was changed. */
export interface FieldEdit {
  readonly field: DraftField;
  /** The bytes of the field now: a view of the draft. */
  readonly after: Uint8Array;
  readonly repairs: Set<RepairName>;
  readonly findings: Set<string>;
  readonly reasons: Set<string>;
}

/** A copy of a header record, changed field by field; what was changed and why is kept. */
export class HeaderDraft {
  readonly bytes: Uint8Array;
  readonly signalCount: number;
  readonly edits = new Map<string, FieldEdit>();

  /** @param bytes a header record that is not shifted, 256 * (signals + 1) bytes; copied */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
    this.signalCount = bytes.length / 256 - 1;
  }

  fixed(name: FixedFieldName): DraftField {
    const { offset, length } = fixedFields[name];
    return { name, signal: null, offset, length };
  }

  ofSignal(name: SignalFieldName, signal: number): DraftField {
    const offset = signalFieldOffset(name, signal, this.signalCount);
    return { name, signal, offset, length: signalFields[name].length };
  }

  /** All fields but the version, in file order. */
  *fields(): Iterable<DraftField> {
    for (const name of Object.keys(fixedFields) as FixedFieldName[])
      if (name !== 'version') yield this.fixed(name);
    for (const name of Object.keys(signalFields) as SignalFieldName[])
      for (let signal = 0; signal < this.signalCount; signal++) yield this.ofSignal(name, signal);
  }

  bytesOf({ offset, length }: DraftField): Uint8Array {
    return this.bytes.subarray(offset, offset + length);
  }

  text(field: DraftField): string {
    return headerText(this.bytesOf(field));
  }

  /**
   * Writes a field, padded with spaces. Does nothing when the text does not fit or is there already.
   *
   * @param value one byte for each character
   */
  set(field: DraftField, value: string, repair: RepairName, finding: string, reason: string): void {
    if (value.length > field.length) return;
    const padded = value.padEnd(field.length);
    const bytes = Uint8Array.from(padded, (character) => character.charCodeAt(0));
    if (isSameBytes(bytes, this.bytesOf(field))) return;
    this.bytes.set(bytes, field.offset);
    const key = `${field.name} ${field.signal}`;
    const edit = this.edits.get(key) ?? {
      field,
      after: this.bytesOf(field),
      repairs: new Set(),
      findings: new Set(),
      reasons: new Set(),
    };
    edit.repairs.add(repair);
    edit.findings.add(finding);
    edit.reasons.add(reason);
    this.edits.set(key, edit);
  }
}

/** Whether a field names people: its bytes are shown nowhere. */
export function isIdentifyingField(name: string | undefined): boolean {
  return name === 'localPatientIdentification' || name === 'localRecordingIdentification';
}
