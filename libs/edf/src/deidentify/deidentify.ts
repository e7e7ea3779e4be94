import { recordBlocks } from '../data-record.ts';
import { EdfError } from '../errors.ts';
import { fixedFields } from '../header-fields.ts';
import { headerText } from '../header-text.ts';
import type { EdfFile } from '../open.ts';
import { sliceExactly } from '../open.ts';
import type { ChangeReason, FieldChange } from './header-redaction.ts';
import { redactHeader } from './header-redaction.ts';
import { identifyingStringsOf } from './identifying-strings.ts';
import type { DeidentifyOptions } from './options.ts';
import { IdentityScan } from './identity-scan.ts';
import { recordLayout, visitRecords } from './record-pieces.ts';
import { redactBlock } from './redact-block.ts';
import { textRedaction } from './redact-text.ts';
import { Sha256 } from './sha256.ts';
import { wordsLeftInNames } from './signal-names.ts';
import { TextTally } from './text-tally.ts';
import type { TextChange } from './text-tally.ts';
import { nearlyAnnotations, refuseUnreadAnnotations } from './unread-annotations.ts';

/** Everything that will leave, and everything that will not: to be shown before a byte is written, and not stored. */
export interface DeidentificationPlan {
  readonly fields: readonly FieldChange[];
  /** Annotation texts with what becomes of them; unchanged ones leave as they are. */
  readonly texts: readonly TextChange[];
  /** True when there are more different texts than `texts` lists. */
  readonly isTextListCut: boolean;
  /** Bytes after the last complete data record, which stay behind. */
  readonly trailingByteLength: number;
  /** What the output is searched for. */
  readonly identifyingStrings: readonly string[];
  /**
   * Words of the identification that may stay: those that are not searched for at all (single characters, words of
   * devices that recordings in general use, those of `keep`), and those that stay in labels, dimensions and filters alone.
   */
  readonly technicalWords: readonly string[];
  /** The recording says that its dates were shifted before: they are left as they are. */
  readonly areDatesLeft: boolean;
  /** A name without meaning, made of all that is written: `recording-<12 digits>.edf`. */
  readonly fileName: string;
  readonly byteLength: number;
  readonly samplesSha256: string;
}

/** A byte range of the source that is another in the output, or not in it. */
export interface ChangedRange {
  readonly offset: number;
  readonly length: number;
  readonly reason: ChangeReason;
  readonly field?: string;
  readonly signal?: number;
  readonly record?: number;
}

/** What can be shown to anybody: it names no one. */
export interface DeidentificationProof {
  readonly changes: readonly ChangedRange[];
  readonly samplesSha256Before: string;
  /** Of the bytes that were written, read out of them again. */
  readonly samplesSha256After: string;
  readonly areSamplesSame: boolean;
  readonly outputSha256: string;
  readonly outputByteLength: number;
  /** How many strings the output was searched for, and where one was found: nowhere. */
  readonly searchedStringCount: number;
  readonly found: readonly { readonly offset: number; readonly length: number }[];
  /** How many words of the identification were not searched for, or not everywhere: `isClean` says nothing of them. */
  readonly unsearchedWordCount: number;
  /** The samples are the same, and nothing that was searched for was found. */
  readonly isClean: boolean;
}

/** A recording de-identified: planned, and written when {@link Deidentification.bytes} is read. */
export interface Deidentification {
  readonly plan: DeidentificationPlan;
  /**
   * The output, in pieces that belong to the caller. Can be called again.
   *
   * @throws EdfError `source-read-short`, `range-invalid` when the source changed since the plan
   */
  bytes(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** @throws EdfError `range-invalid` before all bytes were read once */
  proof(): DeidentificationProof;
}

/**
 * Takes from a recording what identifies people: patient and recording identification, dates, annotation texts, free
 * texts of signals, reserved bytes, bytes after the last data record. Every byte of every sample stays where it is.
 * Reads the file once for the plan and once for each call of `bytes`.
 *
 * @throws EdfError `header-field-invalid` for a shifted header (mend it first) and for annotations in a signal whose
 * label does not say so, `write-value-invalid` for options
 */
export async function deidentify(
  file: EdfFile,
  options: DeidentifyOptions = {},
  signal?: AbortSignal,
): Promise<Deidentification> {
  const { header, dataRecordCount, source } = file;
  if (header.headerShift !== 0) {
    const message =
      'The header is shifted, so its fields overlap: repair the file before it is de-identified.';
    throw new EdfError('header-field-invalid', message, { field: 'version' });
  }
  const headerBytes = await sliceExactly(source, 0, header.headerByteLength, signal);
  const { offset: dateOffset, length: dateLength } = fixedFields.startDate;
  const startDateText = headerText(headerBytes.subarray(dateOffset, dateOffset + dateLength));
  const identifying = identifyingStringsOf(header, options, startDateText);
  const redaction = textRedaction(identifying, options);
  const redacted = redactHeader(file, headerBytes, options, redaction);
  const byteLength = header.headerByteLength + dataRecordCount * header.dataRecordByteLength;
  const tally = new TextTally();
  const memo = { ...redaction, freeText: memoised(redaction.freeText) };
  const samples = new Sha256();
  const written = new Sha256();
  written.update(redacted.header);
  const layout = recordLayout(header);
  const doubtful = nearlyAnnotations(header);
  for await (const block of recordBlocks(file, { signal })) {
    refuseUnreadAnnotations(block, header, doubtful);
    visitRecords(block.bytes, block.recordCount, header, layout, {
      samples: (bytes) => samples.update(bytes),
      annotations: (bytes) =>
        written.update(redactBlock(bytes, memo, (before, after) => tally.add(before, after))),
    });
  }
  const samplesSha256 = samples.hex();
  // Of header, annotations and samples: recordings of annotations alone have all the same samples.
  written.update(new TextEncoder().encode(samplesSha256));
  const plan: DeidentificationPlan = {
    fields: redacted.changes,
    texts: tally.texts(),
    isTextListCut: tally.isCut,
    trailingByteLength: source.byteLength - byteLength,
    identifyingStrings: [...identifying.strings, ...identifying.textStrings],
    technicalWords: [...identifying.unsearchedWords, ...wordsLeftInNames(header, identifying.textStrings)],
    areDatesLeft: redacted.areDatesLeft,
    fileName: `recording-${written.hex().slice(0, 12)}.${header.bytesPerSample === 3 ? 'bdf' : 'edf'}`,
    byteLength,
    samplesSha256,
  };
  let proof: DeidentificationProof | null = null;

  async function* write(abort?: AbortSignal): AsyncIterable<Uint8Array> {
    const whole = new Sha256();
    const after = new Sha256();
    const scan = new IdentityScan(identifying.strings, identifying.textStrings);
    const changes: ChangedRange[] = redacted.changes.map(
      ({ before: _before, after: _after, ...range }) => range,
    );
    scan.header(redacted.header, header);
    whole.update(redacted.header);
    yield redacted.header.slice();
    for await (const block of recordBlocks(file, { signal: abort })) {
      // A copy: the source may have lent its own memory.
      const out = block.bytes.slice();
      let record = block.firstRecord;
      visitRecords(out, block.recordCount, header, layout, {
        annotations: (bytes, at, index) => {
          const clean = redactBlock(bytes, memo);
          if (clean === bytes) return;
          const offset = header.headerByteLength + block.firstRecord * header.dataRecordByteLength + at;
          changes.push({
            ...changedRange(bytes, clean, offset),
            reason: 'annotation-text',
            signal: index,
            record,
          });
          bytes.set(clean);
        },
        endOfRecord: () => void record++,
      });
      visitRecords(out, block.recordCount, header, layout, {
        samples: (bytes) => after.update(bytes),
        annotations: (bytes, at) =>
          scan.annotations(
            bytes,
            header.headerByteLength + block.firstRecord * header.dataRecordByteLength + at,
          ),
      });
      whole.update(out);
      yield out;
    }
    if (plan.trailingByteLength > 0) {
      changes.push({
        offset: byteLength,
        length: plan.trailingByteLength,
        reason: 'bytes-after-last-record',
      });
    }
    const samplesSha256After = after.hex();
    const areSamplesSame = samplesSha256After === samplesSha256;
    proof = {
      changes,
      samplesSha256Before: samplesSha256,
      samplesSha256After,
      areSamplesSame,
      outputSha256: whole.hex(),
      outputByteLength: byteLength,
      searchedStringCount: plan.identifyingStrings.length,
      found: scan.found,
      unsearchedWordCount: plan.technicalWords.length,
      isClean: areSamplesSame && scan.found.length === 0,
    };
    if (!areSamplesSame) {
      const message = 'The samples written are not those of the plan: the source changed in between.';
      throw new EdfError('range-invalid', message, { offset: header.headerByteLength });
    }
  }

  return {
    plan,
    bytes: write,
    proof() {
      if (proof !== null) return proof;
      throw new EdfError('range-invalid', 'There is a proof once all bytes have been written.');
    },
  };
}

function changedRange(
  before: Uint8Array,
  after: Uint8Array,
  offset: number,
): { offset: number; length: number } {
  let first = 0;
  while (before[first] === after[first]) first++;
  let end = before.length;
  while (before[end - 1] === after[end - 1]) end--;
  return { offset: offset + first, length: end - first };
}

/** Recordings say the same few texts many thousand times. */
function memoised(redact: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const after = redact(text);
    if (known.size < 10_000) known.set(text, after);
    return after;
  };
}
