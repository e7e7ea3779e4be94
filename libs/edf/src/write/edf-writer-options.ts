import { EdfError } from '../errors.ts';
import { checkPatientIdentification, checkRecordingIdentification } from '../identification.ts';
import type { EdfVariant } from '../header.ts';
import type { WriteSignal } from '../write.ts';
import type { EdfSink } from './edf-sink.ts';
import type { WriteAnnotation } from './encode-tal.ts';
import type { WrittenSignal } from './quantise.ts';

/** A recording to write with {@link createEdfWriter}. */
export interface EdfWriterOptions {
  readonly variant: EdfVariant;
  /** `YYYY-MM-DDTHH:MM:SS`, local time at the patient. */
  readonly startDateTime: string;
  /** Onset of data record 0 after that second, 0n to 999,999,999n; `+` variants only. */
  readonly startOffsetNs?: bigint;
  readonly dataRecordDurationSeconds: number;
  /** Ordinary signals; none for a file of annotations alone. */
  readonly signals: readonly WriteSignal[];
  /** In `+` variants `code sex birthdate name`, `X` for what is not known [EDF+ 2.1.3.3]; that by default. */
  readonly localPatientIdentification?: string;
  readonly localRecordingIdentification?: string;
  /** Where it is not known, the sink must be able to patch the header at the end. */
  readonly dataRecordCount?: number;
  /** Annotations known beforehand: the space in each data record is planned so that none is lost. */
  readonly annotations?: readonly WriteAnnotation[];
  /** Bytes of each annotations signal in a data record, at least; 120 by default where annotations may still come. */
  readonly annotationsByteLength?: number;
  /** Annotations signals; 1 by default. */
  readonly annotationsSignalCount?: number;
  /** What to do with physical values beyond the limits; they are refused unless this says `clip`. */
  readonly whenOutside?: 'refuse' | 'clip';
  /** What to do when the last data record is not full; refused unless this says to repeat each last value. */
  readonly lastRecord?: 'refuse' | 'repeat-last-value';
}

/** What was written. */
export interface WrittenRecording {
  readonly dataRecordCount: number;
  readonly byteLength: number;
  readonly annotationCount: number;
  readonly signals: readonly WrittenSignal[];
}

/**
 * Looks at a request before a byte is written.
 *
 * @throws EdfError `write-value-invalid` with the field
 */
export function refuseTheImpossible(options: EdfWriterOptions, sink: EdfSink, durationNs: bigint): void {
  const { variant, startOffsetNs = 0n, annotations = [], signals } = options;
  const isPlus = variant.includes('+');
  if (signals.some(({ label }) => /^(EDF|BDF) Annotations$/.test(label.trim())))
    fault('label', 'The annotations signal is made by the writer; no other signal has its label.');
  if (startOffsetNs < 0n || startOffsetNs >= 1_000_000_000n)
    fault('startOffsetNs', 'The start offset is not within the second that the header gives.');
  if (startOffsetNs > 0n && !isPlus)
    fault('startOffsetNs', `A ${variant} file starts at a whole second; EDF+ and BDF+ files need not.`);
  if (isPlus) refuseFormlessIdentification(options);
  if (annotations.length > 0 && !isPlus) fault('variant', `A ${variant} file has no annotations signal.`);
  if (durationNs < 0n) fault('dataRecordDuration', 'The duration of a data record is negative.');
  if (durationNs === 0n && (signals.length > 0 || !isPlus))
    fault('dataRecordDuration', 'Only data records of annotations alone last 0 seconds.');
  if (options.dataRecordCount === undefined && sink.patch === undefined)
    fault(
      'dataRecordCount',
      'The sink cannot patch the header, so the number of data records must be given.',
    );
  const count = options.annotationsSignalCount ?? 1;
  if (!Number.isInteger(count) || count < 1) fault('annotationsSignalCount', `${count} is not a count.`);
  const least = options.annotationsByteLength ?? 0;
  if (!Number.isInteger(least) || least < 0) fault('annotationsByteLength', `${least} is not a length.`);
}

/** @throws EdfError `write-value-invalid` for an identification that is not made of the subfields of EDF+ */
function refuseFormlessIdentification(options: EdfWriterOptions): void {
  const { localPatientIdentification: patient, localRecordingIdentification: recording } = options;
  const year = Number(options.startDateTime.slice(0, 4));
  const findings = [
    ...(patient === undefined
      ? []
      : checkPatientIdentification(patient, year, { field: 'localPatientIdentification' })),
    ...(recording === undefined
      ? []
      : checkRecordingIdentification(recording, { field: 'localRecordingIdentification' })),
  ];
  for (const { field, message } of findings) fault(field!, message);
}

/** @throws EdfError `write-value-invalid`, always */
export function fault(field: string, message: string): never {
  throw new EdfError('write-value-invalid', message, { field });
}
