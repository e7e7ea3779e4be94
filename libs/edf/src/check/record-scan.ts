import { offsetOf } from '../annotation-checks.ts';
import type { Finding, FindingCollector } from '../finding.ts';
import type { EdfHeader } from '../header.ts';
import { parseRecordAnnotations } from '../tal.ts';
import type { Timeline } from '../timeline.ts';
import { TimelineBuilder } from '../timeline.ts';
import { AnnotationScan } from './annotation-scan.ts';
import { ChecksumScan } from './checksum-scan.ts';
import { withTalBytes, withTalPatches } from './finding-evidence.ts';
import { identifyingWords } from './identifying-content.ts';
import { sampleFindings } from './sample-findings.ts';
import { SampleScan } from './sample-scan.ts';
import type { ScanBlock } from './scan-block.ts';
import { checkStatusPresence, StatusScan } from './status-scan.ts';

/** Checks data records, block by block: times, annotations and samples. */
export class RecordScan {
  readonly #header: EdfHeader;
  readonly #dataRecordCount: number;
  readonly #collector: FindingCollector;
  readonly #timeline: TimelineBuilder;
  readonly #annotations: AnnotationScan;
  readonly #status: StatusScan | null;
  readonly #checksums: ChecksumScan | null;
  readonly #samples: ReadonlyMap<number, SampleScan>;
  readonly #hasAnnotations: boolean;

  /** @param collector takes the findings */
  constructor(header: EdfHeader, dataRecordCount: number, collector: FindingCollector) {
    this.#header = header;
    this.#dataRecordCount = dataRecordCount;
    this.#collector = collector;
    this.#timeline = new TimelineBuilder(header);
    this.#annotations = new AnnotationScan(header, identifyingWords(header), collector);
    this.#status = StatusScan.of(header);
    this.#checksums = ChecksumScan.of(header);
    this.#hasAnnotations = header.signals.some(({ isAnnotations }) => isAnnotations);
    this.#samples = new Map(
      header.signals
        // Bits have no range to be within.
        .filter((signal) => !signal.isAnnotations && signal.index !== this.#status?.signal.index)
        .map((signal) => [signal.index, new SampleScan(header, signal)]),
    );
  }

  /** The next data records. */
  add(block: ScanBlock): void {
    const { firstRecord, recordCount, bytes } = block;
    if (this.#hasAnnotations) this.#addTimes(firstRecord, recordCount, bytes);
    for (const scan of this.#samples.values()) scan.add(block);
    this.#checksums?.add(bytes);
    this.#status?.add(block);
  }

  /** How many samples of a signal a piece of a data record has, near `wanted`. */
  pieceLengthOf(signal: number, wanted: number): number {
    return this.#samples.get(signal)?.pieceLengthNear(wanted) ?? wanted;
  }

  /** The next samples of a data record, of one signal; pieces come in the order of the file. */
  addPiece(signal: number, block: ScanBlock): void {
    const scan = signal === this.#status?.signal.index ? this.#status : this.#samples.get(signal);
    scan?.addPiece(block);
    this.#checksums?.add(block.bytes);
  }

  /** The next bytes of a data record, of an annotations signal, in the same order. */
  addPieceOfTals(bytes: Uint8Array): void {
    this.#checksums?.add(bytes);
  }

  /**
   * All annotations signals of the next data record.
   *
   * @param alone the header of those alone, and `bytes` as it says
   */
  addTals(alone: EdfHeader, bytes: Uint8Array, record: number): void {
    if (this.#hasAnnotations) this.#addTimesOf(alone, bytes, record);
  }

  finish(): { timeline: Timeline; annotationCount: number } {
    if (!this.#hasAnnotations && this.#dataRecordCount > 0) {
      this.#timeline.add(0, null);
      if (this.#dataRecordCount > 1) this.#timeline.add(this.#dataRecordCount - 1, null);
    }
    const timeline = this.#timeline.finish();
    this.#collector.add(timeline.findings);
    this.#annotations.finish(timeline);
    for (const scan of this.#samples.values()) this.#collector.add(sampleFindings(this.#header, scan));
    if (this.#status !== null && this.#dataRecordCount > 0) this.#collector.add(this.#status.finish());
    this.#collector.add(checkStatusPresence(this.#header));
    if (this.#checksums !== null) this.#collector.add(this.#checksums.finish());
    return { timeline, annotationCount: this.#annotations.count };
  }

  #addTimes(firstRecord: number, recordCount: number, bytes: Uint8Array): void {
    const { dataRecordByteLength } = this.#header;
    for (let i = 0; i < recordCount; i++) {
      const recordBytes = bytes.subarray(i * dataRecordByteLength, (i + 1) * dataRecordByteLength);
      this.#addTimesOf(this.#header, recordBytes, firstRecord + i);
    }
  }

  #addTimesOf(header: EdfHeader, recordBytes: Uint8Array, record: number): void {
    const read = parseRecordAnnotations(header, recordBytes, record);
    this.#timeline.add(record, read.onsetNs, read.onsetDecimals);
    if (read.findings.length > 0) this.#addTalFindings(header, read.findings, recordBytes, record);
    this.#annotations.add(read.annotations, record, read.onsetNs);
  }

  #addTalFindings(
    header: EdfHeader,
    findings: readonly Finding[],
    recordBytes: Uint8Array,
    record: number,
  ): void {
    const start = header.headerByteLength + record * header.dataRecordByteLength;
    const shown = findings.map((finding) => withTalBytes(finding, recordBytes, start));
    // Planning the repair costs more than reading: not for findings that are only counted.
    const isPatched = this.#collector.keeps('EDF058') && findings.some(({ id }) => id === 'EDF058');
    const patched = isPatched ? withTalPatches(shown, header, recordBytes, record) : shown;
    this.#collector.add(
      header === this.#header ? patched : patched.map((finding) => this.#inFile(finding, header)),
    );
  }

  /** A finding with its place in the file, found in the annotations signals alone. */
  #inFile(finding: Finding, alone: EdfHeader): Finding {
    const { offset, signal, record } = finding;
    if (offset === undefined || signal === undefined || record === undefined) return finding;
    const placeIn = (header: EdfHeader): number => offsetOf(header, record, signal);
    return { ...finding, offset: offset - placeIn(alone) + placeIn(this.#header) };
  }
}
