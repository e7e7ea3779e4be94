import { EdfError } from '../errors.ts';
import { fixedFields } from '../header-fields.ts';
import { formatHeaderNumber, writeHeaderText } from '../write-field.ts';
import { bytesPerSampleOf, encodeHeader, exactNanoseconds, writeSamples } from '../write.ts';
import { AnnotationRoom } from './annotation-room.ts';
import type { EdfSink } from './edf-sink.ts';
import type { EdfWriterOptions, WrittenRecording } from './edf-writer-options.ts';
import { fault, refuseTheImpossible } from './edf-writer-options.ts';
import type { WriteAnnotation } from './encode-tal.ts';
import { encodeTimeKeepingTal } from './encode-tal.ts';
import { Quantiser } from './quantise.ts';
import { SampleQueue } from './sample-queue.ts';

/** Writes a recording piece by piece; memory is what waits for its data record to be complete. */
export interface EdfWriter {
  /** Stored integers of one signal, any number of them; they are copied. */
  addDigital(signal: number, values: ArrayLike<number>): Promise<void>;
  /** Physical values of one signal, any number of them, rounded to the nearest digital value. */
  addPhysical(signal: number, values: ArrayLike<number>): Promise<void>;
  /** An annotation at any time, in any order. It lies in the first data record written from now on with room. */
  addAnnotation(annotation: WriteAnnotation): void;
  /** EDF+D and BDF+D: what follows begins at this time. All signals must be at the end of a data record. */
  startRun(onsetNs: bigint): Promise<void>;
  /** Writes what is left, and the number of data records into the header. */
  finish(): Promise<WrittenRecording>;
}

const chunkByteLength = 262_144;

/**
 * Writes EDF, EDF+C, EDF+D, BDF, BDF+C or BDF+D to a sink, streaming.
 *
 * @throws EdfError `write-value-invalid` (with `field`) for a request that the format cannot hold, at once; every
 * method rejects with it for values that the format cannot hold, `finish` with `annotations-too-long` when
 * annotations came for which no data record had room
 */
export function createEdfWriter(sink: EdfSink, options: EdfWriterOptions): EdfWriter {
  const { variant, signals, startOffsetNs = 0n } = options;
  const bytesPerSample = bytesPerSampleOf(variant);
  const isPlus = variant.includes('+');
  const durationNs = exactNanoseconds(options.dataRecordDurationSeconds, 'dataRecordDuration');
  refuseTheImpossible(options, sink, durationNs);
  const quantisers = signals.map(
    (signal, index) => new Quantiser(signal, index, bytesPerSample, options.whenOutside === 'clip'),
  );
  const queues = signals.map(() => new SampleQueue());
  const padded = signals.map(() => 0);
  const room = new AnnotationRoom({
    annotations: options.annotations ?? [],
    recordCount: options.dataRecordCount ?? null,
    startNs: startOffsetNs,
    durationNs,
    bytesPerSample,
    signalCount: isPlus ? (options.annotationsSignalCount ?? 1) : 0,
    byteLength: options.annotationsByteLength ?? null,
    mayHaveGaps: variant.endsWith('D'),
  });
  const header = encodeHeader(
    {
      variant,
      startDateTime: options.startDateTime,
      dataRecordDurationSeconds: options.dataRecordDurationSeconds,
      signals: [...signals],
      localPatientIdentification: options.localPatientIdentification,
      localRecordingIdentification: options.localRecordingIdentification,
      annotationsBytesPerRecord: room.blockByteLength,
      dataRecordCount: options.dataRecordCount ?? -1,
    },
    room.signalCount,
  );
  const samplesByteLength =
    signals.reduce((sum, { samplesPerDataRecord }) => sum + samplesPerDataRecord, 0) * bytesPerSample;
  const recordByteLength = samplesByteLength + room.blockByteLength * room.signalCount;
  if (recordByteLength === 0)
    fault('signals', 'A data record without samples and annotations holds nothing.');

  const chunk = new Uint8Array(
    Math.max(1, Math.floor(chunkByteLength / recordByteLength)) * recordByteLength,
  );
  let filled = 0;
  let recordCount = 0;
  let runNs = startOffsetNs;
  let runRecord = 0;
  let nextNs = startOffsetNs;
  let isHeaderWritten = false;
  let isFinished = false;

  async function flush(): Promise<void> {
    if (!isHeaderWritten) await sink.write(header);
    isHeaderWritten = true;
    if (filled > 0) await sink.write(chunk.subarray(0, filled));
    filled = 0;
  }

  async function writeRecord(): Promise<void> {
    if (recordCount === options.dataRecordCount) {
      fault('dataRecordCount', `There are samples for more than the ${recordCount} data records announced.`);
    }
    if (filled === chunk.length) await flush();
    const bytes = chunk.subarray(filled, filled + recordByteLength).fill(0);
    let at = 0;
    queues.forEach((queue, signal) => {
      const values = queue.take(signals[signal]!.samplesPerDataRecord);
      at = writeSamples(bytes, at, values, bytesPerSample, { signal, record: recordCount });
    });
    const onsetNs = runNs + durationNs * BigInt(recordCount - runRecord);
    if (room.signalCount > 0) room.fill(bytes.subarray(at), recordCount, encodeTimeKeepingTal(onsetNs));
    nextNs = onsetNs + durationNs;
    recordCount++;
    filled += recordByteLength;
  }

  const isFull = (): boolean =>
    queues.every((queue, signal) => queue.length >= signals[signal]!.samplesPerDataRecord);
  // One data record is held back: annotations that come after the last sample need one to lie in.
  const isMore = (): boolean =>
    samplesByteLength > 0 &&
    queues.every((queue, signal) => {
      const count = signals[signal]!.samplesPerDataRecord;
      return queue.length > count || (count === 0 && queue.length === 0);
    });

  async function add(signal: number, count: number, put: (out: Int32Array) => void): Promise<void> {
    refuseAfterFinish();
    const queue = queues[signal];
    if (queue === undefined) {
      throw new EdfError('range-invalid', `There is no signal ${signal} to write.`, { signal });
    }
    const out = queue.extend(count);
    try {
      put(out);
    } catch (error) {
      queue.shorten(count);
      throw error;
    }
    while (isMore()) await writeRecord();
  }

  function refuseAfterFinish(): void {
    if (isFinished) throw new EdfError('write-value-invalid', 'The recording is finished.', {});
  }

  function fillLastRecord(): void {
    const perRecord = (signal: number): number => signals[signal]!.samplesPerDataRecord;
    const wanted = Math.max(
      0,
      ...queues.map((queue, signal) => Math.ceil(queue.length / Math.max(1, perRecord(signal)))),
    );
    queues.forEach((queue, signal) => {
      const missing = wanted * perRecord(signal) - queue.length;
      if (missing <= 0) return;
      if (options.lastRecord !== 'repeat-last-value') {
        const message = `Signal ${signal} lacks ${missing} samples of the last data record.`;
        throw new EdfError('write-value-invalid', message, { signal, record: recordCount });
      }
      const last = queue.last();
      queue.extend(missing).fill(last);
      padded[signal]! += missing;
    });
  }

  /** Writes all complete data records; what is over then is an error. */
  async function drain(): Promise<void> {
    while (samplesByteLength > 0 && isFull() && queues.some((queue) => queue.length > 0)) {
      await writeRecord();
    }
    const left = queues.findIndex((queue) => queue.length > 0);
    if (left < 0) return;
    const message = `Signal ${left} has ${queues[left]!.length} samples more than the others have data records.`;
    throw new EdfError('write-value-invalid', message, { signal: left, record: recordCount });
  }

  return {
    async addDigital(signal, values) {
      await add(signal, values.length, (out) => {
        const { digitalMin, digitalMax } = quantisers[signal]!;
        for (let i = 0; i < values.length; i++) {
          const value = values[i]!;
          if (!Number.isInteger(value) || value < digitalMin || value > digitalMax) {
            const message = `The digital value ${value} is not an integer from ${digitalMin} to ${digitalMax}.`;
            throw new EdfError('write-value-invalid', message, { signal });
          }
          out[i] = value;
        }
      });
    },
    async addPhysical(signal, values) {
      await add(signal, values.length, (out) => quantisers[signal]!.quantise(values, out));
    },
    addAnnotation(annotation) {
      refuseAfterFinish();
      if (!isPlus) fault('variant', `A ${variant} file has no annotations signal.`);
      room.add(annotation);
    },
    async startRun(onsetNs) {
      refuseAfterFinish();
      if (!variant.endsWith('D')) fault('variant', `A ${variant} file has no gaps; EDF+D and BDF+D have.`);
      await drain();
      if (recordCount === 0) {
        fault(
          'onset',
          'The first run begins at the start of the recording: set startDateTime and startOffsetNs.',
        );
      }
      if (onsetNs < nextNs) fault('onset', 'A run begins before the one before it ends.');
      room.checkOnset(onsetNs, durationNs);
      runNs = onsetNs;
      runRecord = recordCount;
      nextNs = onsetNs;
    },
    async finish() {
      refuseAfterFinish();
      fillLastRecord();
      await drain();
      // Annotations alone have no samples that say when a data record is complete.
      const announced = options.dataRecordCount ?? 0;
      while (samplesByteLength === 0 && (recordCount < announced || room.isWaiting(recordCount)))
        await writeRecord();
      room.refuseLeftOver(recordCount);
      if (options.dataRecordCount !== undefined && recordCount !== options.dataRecordCount) {
        fault(
          'dataRecordCount',
          `${recordCount} data records were written, ${options.dataRecordCount} announced.`,
        );
      }
      isFinished = true;
      await flush();
      if (options.dataRecordCount === undefined) {
        const { name, offset, length } = fixedFields.dataRecordCount;
        const field = new Uint8Array(length);
        writeHeaderText(field, 0, length, name, formatHeaderNumber(recordCount, name));
        await sink.patch!(offset, field);
      }
      return {
        dataRecordCount: recordCount,
        byteLength: header.length + recordCount * recordByteLength,
        annotationCount: room.count,
        signals: signals.map(({ label, samplesPerDataRecord }, signal) => ({
          label,
          sampleCount: samplesPerDataRecord * recordCount,
          largestError: quantisers[signal]!.largestError,
          clippedCount: quantisers[signal]!.clippedCount,
          paddedCount: padded[signal]!,
        })),
      };
    },
  };
}
