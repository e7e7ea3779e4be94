import { EdfError } from '../errors.ts';
import type { EdfVariant } from '../header.ts';
import type { EdfFile } from '../open.ts';
import type { RecordingAnnotations } from '../read-annotations.ts';
import { formatIdentificationDate, recordingStartDate } from '../start-date-time.ts';
import type { WriteAnnotation } from '../write/encode-tal.ts';
import type { FieldValue } from '../write/header-record.ts';
import { movedDateTime } from '../write/start-fields.ts';
import type { EdfOutput } from './edf-output.ts';
import { plusPatient, plusRecording } from './plus-identification.ts';
import { recompose } from './recompose.ts';
import { durationField, readSourceHeader } from './source-header.ts';

/** Data records of a recording and annotations, on its own time axis. */
export interface Part {
  readonly runs: readonly {
    readonly firstRecord: number;
    readonly recordCount: number;
    readonly startNs: bigint;
  }[];
  readonly annotations: readonly WriteAnnotation[];
}

/** What becomes of a recording. */
export interface Derivation {
  readonly format?: 'EDF' | 'BDF';
  readonly isPlus?: boolean;
  /** Indexes of ordinary signals, in the order of the output; all by default. */
  readonly signals?: readonly number[];
  readonly localPatientIdentification?: string;
  readonly localRecordingIdentification?: string;
  /** Plain EDF and BDF hold no annotations: leave them out instead of refusing. */
  readonly dropAnnotations?: boolean;
}

const secondNs = 1_000_000_000n;

/** The ordinary signals of a recording, by index. */
export function ordinarySignals(file: EdfFile): number[] {
  return file.header.signals.filter((signal) => !signal.isAnnotations).map(({ index }) => index);
}

/** Samples of these signals in a data record. */
export function samplesPerDataRecord(file: EdfFile, signals: readonly number[]): number {
  return signals.reduce((sum, index) => sum + file.header.signals[index]!.samplesPerDataRecord, 0);
}

/** All of a recording, as {@link derive} takes it. */
export function wholeOf(file: EdfFile, read: RecordingAnnotations): Part {
  return { runs: file.dataRecordCount === 0 ? [] : read.timeline.runs, annotations: read.annotations };
}

/**
 * Makes a recording of part of another: the start moves to the second of the first data record, onsets move the
 * other way, so that no absolute time changes. C or D follows from whether there are gaps.
 *
 * @throws EdfError `write-value-invalid` (with `field`) where the variant cannot hold what is asked; `range-invalid`
 * for signals that are not there
 */
export async function derive(
  file: EdfFile,
  part: Part,
  derivation: Derivation,
  signal?: AbortSignal,
): Promise<EdfOutput> {
  const { header } = file;
  const source = await readSourceHeader(file, signal);
  const format = derivation.format ?? (header.bytesPerSample === 3 ? 'BDF' : 'EDF');
  const isPlus = derivation.isPlus ?? header.variant.includes('+');
  const signals = checkedSignals(file, derivation.signals);
  // Where the start cannot be read it cannot be moved either: onsets stay what they are.
  const firstNs = header.startDateTime === null ? 0n : (part.runs[0]?.startNs ?? 0n);
  const movedNs = floorToSecond(firstNs);
  const variant: EdfVariant = isPlus ? `${format}+${part.runs.length > 1 ? 'D' : 'C'}` : format;
  if (!isPlus) refusePlain(variant, part, movedNs, derivation);
  return recompose({
    variant,
    ...identification(file, source.fixed, derivation, isPlus, movedNs / secondNs),
    dataRecordDuration: durationField(file, source),
    dataRecordDurationNs: header.dataRecordDurationNs,
    signals: signals.map((index) => source.signal(index)),
    samplesPerDataRecord: samplesPerDataRecord(file, signals),
    runs: part.runs.map((run) => ({ ...run, file, signals, startNs: run.startNs - movedNs })),
    annotations: isPlus ? part.annotations.map((one) => ({ ...one, onsetNs: one.onsetNs - movedNs })) : [],
  });
}

function checkedSignals(file: EdfFile, wanted?: readonly number[]): readonly number[] {
  const all = ordinarySignals(file);
  for (const index of wanted ?? []) {
    if (all.includes(index)) continue;
    const message = `The recording has no ordinary signal ${index}.`;
    throw new EdfError('range-invalid', message, { signal: index });
  }
  return wanted ?? all;
}

function refusePlain(variant: EdfVariant, part: Part, movedNs: bigint, derivation: Derivation): void {
  const refuse = (field: string, message: string): never => {
    throw new EdfError('write-value-invalid', message, { field });
  };
  if (part.runs.length > 1)
    refuse('variant', `A ${variant} file has no gaps: split the recording, or write +D.`);
  if (part.annotations.length > 0 && derivation.dropAnnotations !== true)
    refuse('annotations', `A ${variant} file holds no annotations: write +C, or drop them.`);
  if (part.runs.length > 0 && part.runs[0]!.startNs !== movedNs)
    refuse('startTime', `A ${variant} file starts at a whole second: write +C, which need not.`);
}

interface Identification {
  readonly localPatientIdentification: FieldValue;
  readonly localRecordingIdentification: FieldValue;
  readonly startDate: FieldValue;
  readonly startTime: FieldValue;
}

type FixedField = (
  name: 'localPatientIdentification' | 'localRecordingIdentification' | 'startDate' | 'startTime',
) => Uint8Array;

function identification(
  file: EdfFile,
  fixed: FixedField,
  derivation: Derivation,
  isPlus: boolean,
  movedSeconds: bigint,
): Identification {
  const { header } = file;
  const { startDateTime } = header;
  let patient: FieldValue = derivation.localPatientIdentification ?? fixed('localPatientIdentification');
  let recording: FieldValue =
    derivation.localRecordingIdentification ?? fixed('localRecordingIdentification');
  const start = startDateTime === null ? null : movedDateTime(startDateTime, movedSeconds);
  const isMoved = start !== null && start !== startDateTime;
  const date = start === null ? null : dateOf(start);
  const recordingDate = recordingStartDate(header.localRecordingIdentification);
  const isPlusNow = header.variant.includes('+');
  if (derivation.localPatientIdentification === undefined && isPlus && !isPlusNow)
    patient = plusPatient(header.localPatientIdentification);
  if (derivation.localRecordingIdentification === undefined) {
    if (isMoved && recordingDate !== null && date !== null)
      recording = withDate(fixed('localRecordingIdentification'), formatIdentificationDate(date));
    else if (isPlus && !isPlusNow)
      recording = plusRecording(header.localRecordingIdentification, date && formatIdentificationDate(date));
  }
  const ids = { localPatientIdentification: patient, localRecordingIdentification: recording };
  if (!isMoved || date === null)
    return { ...ids, startDate: fixed('startDate'), startTime: fixed('startTime') };
  const two = (value: number): string => String(value).padStart(2, '0');
  // Two digits are enough where they, or the recording identification, tell the century.
  const isShort = (date.year >= 1985 && date.year <= 2084) || (recordingDate !== null && date.year < 1985);
  const year = isShort ? two(date.year % 100) : 'yy';
  const startDate = `${two(date.day)}.${two(date.month)}.${year}`;
  return { ...ids, startDate, startTime: start!.slice(11).replaceAll(':', '.') };
}

function dateOf(start: string): { year: number; month: number; day: number } {
  const [year, month, day] = start.slice(0, 10).split('-').map(Number) as [number, number, number];
  return { year, month, day };
}

/** Replaces the date as bytes: the texts behind it may be in any encoding. */
function withDate(recording: Uint8Array, date: string): FieldValue {
  const space = 0x20;
  const dateStart = recording.indexOf(space) + 1;
  const found = recording.indexOf(space, dateStart);
  const rest = recording.subarray(found < 0 ? recording.length : found);
  const bytes = new Uint8Array(recording.length + date.length).fill(space);
  bytes.set(recording.subarray(0, dateStart));
  bytes.set(new TextEncoder().encode(date), dateStart);
  bytes.set(rest, dateStart + date.length);
  return bytes.subarray(0, recording.length);
}

function floorToSecond(ns: bigint): bigint {
  const rest = ns % secondNs;
  return ns - (rest < 0n ? rest + secondNs : rest);
}
