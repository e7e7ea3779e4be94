import { decimalFromNanoseconds } from '../decimal.ts';
import { EdfError } from '../errors.ts';
import { fixedFields } from '../header-fields.ts';
import type { EdfVariant } from '../header.ts';
import type { EdfFile } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import { formatIdentificationDate } from '../start-date-time.ts';
import type { WriteAnnotation } from '../write/encode-tal.ts';
import { ordinarySignals, samplesPerDataRecord } from './derive.ts';
import type { EdfOutput } from './edf-output.ts';
import { plusPatient, plusRecording } from './plus-identification.ts';
import type { Recipe, SourceRun } from './recompose.ts';
import { recompose } from './recompose.ts';
import type { SourceHeader } from './source-header.ts';
import { durationField, readSourceHeader } from './source-header.ts';

const microsecondNs = 1_000n;
const durationLength = fixedFields.dataRecordDuration.length;

/**
 * Recordings one after the other in one file, each where its start date and time put it; with gaps between them the
 * result is EDF+D (BDF+D), else EDF+C. A start that misses the end before it by no more than the durations in the
 * headers are rounded is no gap: that recording follows directly. Identification is that of the first.
 *
 * @param files in any order; all with the same ordinary signals, limits, rates and data records
 * @throws EdfError `write-value-invalid` with `field` (and `signal`) where they differ, where a start cannot be read,
 * or where two overlap; `range-invalid` without any file
 */
export async function concatenateEdf(files: readonly EdfFile[], signal?: AbortSignal): Promise<EdfOutput> {
  const ordered = [...files].sort((a, b) => Number(startMs(a) - startMs(b)));
  const [first, ...others] = ordered;
  if (first === undefined) throw new EdfError('range-invalid', 'There is no recording to write.');
  for (const other of others) refuseDifferent(first, other);
  const originMs = startMs(first);
  const runs: SourceRun[] = [];
  const annotations: WriteAnnotation[] = [];
  const durationNs = first.header.dataRecordDurationNs;
  for (const file of ordered) {
    const offsetNs = (startMs(file) - originMs) * 1_000_000n;
    const read = await readAnnotations(file, signal);
    for (const run of file.dataRecordCount === 0 ? [] : read.timeline.runs) {
      runs.push({ ...run, file, signals: ordinarySignals(file), startNs: run.startNs + offsetNs });
    }
    for (const annotation of read.annotations)
      annotations.push({ ...annotation, onsetNs: annotation.onsetNs + offsetNs });
  }
  const joined = joinRuns(runs, durationNs);
  const source = await readSourceHeader(first, signal);
  const format = first.header.bytesPerSample === 3 ? 'BDF' : 'EDF';
  const variant: EdfVariant = `${format}+${joined.hasGaps ? 'D' : 'C'}`;
  return recompose({
    variant,
    ...identificationOf(first, source),
    startDate: source.fixed('startDate'),
    startTime: source.fixed('startTime'),
    dataRecordDuration: durationField(first, source),
    dataRecordDurationNs: durationNs,
    signals: ordinarySignals(first).map((index) => source.signal(index)),
    samplesPerDataRecord: samplesPerDataRecord(first, ordinarySignals(first)),
    runs: joined.runs,
    annotations,
  });
}

/** Puts the parts in order of time; one that begins where the one before ends follows it directly. */
function joinRuns(runs: readonly SourceRun[], durationNs: bigint): { runs: SourceRun[]; hasGaps: boolean } {
  // Two parts of one recording may begin in the same second of their headers.
  const ordered = [...runs].sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  const joined: SourceRun[] = [];
  let hasGaps = false;
  let recordsWithoutGap = 0n;
  let endNs = 0n;
  for (const run of ordered) {
    const before = joined.at(-1);
    const isOtherFile = before !== undefined && before.file !== run.file;
    const toleranceNs = isOtherFile ? roundingNs(durationNs, recordsWithoutGap) : microsecondNs;
    const missNs = before === undefined ? 0n : run.startNs - endNs;
    if (missNs < -toleranceNs) {
      const message = 'Two recordings, or two parts of one, overlap in time.';
      throw new EdfError('write-value-invalid', message, { field: 'startTime' });
    }
    const isGap = missNs > toleranceNs;
    hasGaps ||= isGap;
    const startNs = before === undefined || isGap ? run.startNs : endNs;
    joined.push({ ...run, startNs });
    recordsWithoutGap = (isGap ? 0n : recordsWithoutGap) + BigInt(run.recordCount);
    endNs = startNs + BigInt(run.recordCount) * durationNs;
  }
  return { runs: joined, hasGaps };
}

/**
 * How far the end of so many data records may be from the truth: a microsecond, as when reading, and where the
 * duration fills its field, like 0.333333, one of its last digit for each of them. Half a data record is a gap.
 */
function roundingNs(durationNs: bigint, recordCount: bigint): bigint {
  const text = decimalFromNanoseconds(durationNs);
  const dot = text.indexOf('.');
  if (dot < 0 || text.length < durationLength) return microsecondNs;
  const lastDigitNs = 10n ** BigInt(9 - (durationLength - dot - 1));
  const allNs = lastDigitNs * recordCount;
  const halfNs = durationNs / 2n;
  return microsecondNs + (allNs < halfNs ? allNs : halfNs);
}

function identificationOf(file: EdfFile, source: SourceHeader): Pick<Recipe, IdentificationName> {
  const { variant, localPatientIdentification, localRecordingIdentification, startDateTime } = file.header;
  if (variant.includes('+')) {
    return {
      localPatientIdentification: source.fixed('localPatientIdentification'),
      localRecordingIdentification: source.fixed('localRecordingIdentification'),
    };
  }
  const [year, month, day] = startDateTime!.slice(0, 10).split('-').map(Number) as [number, number, number];
  return {
    localPatientIdentification: plusPatient(localPatientIdentification),
    localRecordingIdentification: plusRecording(
      localRecordingIdentification,
      formatIdentificationDate({ year, month, day }),
    ),
  };
}

type IdentificationName = 'localPatientIdentification' | 'localRecordingIdentification';

/** Local time as if it were UTC: only differences count. */
function startMs(file: EdfFile): bigint {
  const { startDateTime } = file.header;
  if (startDateTime !== null) return BigInt(Date.parse(`${startDateTime}Z`));
  const message = 'The start of a recording cannot be read, so its place in time is not known.';
  throw new EdfError('write-value-invalid', message, { field: 'startDate' });
}

const samePerSignal = [
  'label',
  'physicalDimension',
  'physicalMin',
  'physicalMax',
  'digitalMin',
  'digitalMax',
  'samplesPerDataRecord',
] as const;

function refuseDifferent(a: EdfFile, b: EdfFile): void {
  const refuse = (field: string, signal?: number): never => {
    const which = signal === undefined ? '' : ` of signal ${signal}`;
    const message = `The recordings differ in the ${field}${which}, so they cannot share a file.`;
    throw new EdfError('write-value-invalid', message, { field, signal });
  };
  if (a.header.bytesPerSample !== b.header.bytesPerSample) refuse('version');
  if (a.header.dataRecordDurationNs !== b.header.dataRecordDurationNs) refuse('dataRecordDuration');
  if (a.header.localPatientIdentification !== b.header.localPatientIdentification)
    refuse('localPatientIdentification');
  const [ofA, ofB] = [ordinarySignals(a), ordinarySignals(b)];
  if (ofA.length !== ofB.length) refuse('signalCount');
  ofA.forEach((index, i) => {
    const [one, other] = [a.header.signals[index]!, b.header.signals[ofB[i]!]!];
    // Object.is: a limit that cannot be read is NaN in both.
    for (const name of samePerSignal) if (!Object.is(one[name], other[name])) refuse(name, index);
  });
}
