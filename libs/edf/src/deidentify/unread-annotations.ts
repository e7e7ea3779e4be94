import { decodeLatin1 } from '../header-text.ts';
import type { EdfHeader, SignalHeader } from '../header.ts';
import { EdfError } from '../errors.ts';
import { signalFieldOffset } from '../header-fields.ts';

/** A label that somebody meant to be that of an annotations signal: no samples are called so. */
const nearLabel = /an+ot+[aei]|^[^\p{L}\p{N}]*[EB]DF(?![\p{L}\p{N}])/iu;
/** An onset with what may follow it, where a TAL begins. */
const tal = /(?:^|\0)[+-]\d{1,10}(?:\.\d{0,12})?(?:\x15\d{0,10}(?:\.\d{0,12})?)?\x14/;

/** Ordinary signals whose label is almost that of an annotations signal. */
export function nearlyAnnotations(header: EdfHeader): readonly SignalHeader[] {
  return header.signals.filter(({ isAnnotations, label }) => !isAnnotations && nearLabel.test(label));
}

/**
 * Annotations under a label that is not exactly the one of annotations count as samples: they would leave unread.
 *
 * @param records consecutive data records
 * @param signals of {@link nearlyAnnotations}
 * @throws EdfError `header-field-invalid` when one of them holds annotations
 */
export function refuseUnreadAnnotations(
  records: { readonly bytes: Uint8Array; readonly recordCount: number; readonly firstRecord: number },
  header: EdfHeader,
  signals: readonly SignalHeader[],
): void {
  for (const { index, byteOffsetInDataRecord: start, samplesPerDataRecord } of signals) {
    for (let i = 0; i < records.recordCount; i++) {
      const from = i * header.dataRecordByteLength + start;
      const block = records.bytes.subarray(from, from + samplesPerDataRecord * header.bytesPerSample);
      if (!tal.test(decodeLatin1(block))) continue;
      const kind = header.bytesPerSample === 3 ? 'BDF' : 'EDF';
      throw new EdfError(
        'header-field-invalid',
        `Signal ${index} holds annotations, and its label is not exactly "${kind} Annotations": as samples they would ` +
          'leave unread. Write that label first, or another that says what the signal is.',
        {
          field: 'label',
          signal: index,
          record: records.firstRecord + i,
          offset: signalFieldOffset('label', index, header.signals.length),
        },
      );
    }
  }
}
