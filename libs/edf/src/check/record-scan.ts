import type { Finding, FindingCollector } from '../finding.ts';
import type { EdfHeader } from '../header.ts';
import { parseRecordAnnotations } from '../tal.ts';
import type { Timeline } from '../timeline.ts';
import { TimelineBuilder } from '../timeline.ts';
import { AnnotationScan } from './annotation-scan.ts';
import { withTalBytes, withTalPatches } from './finding-evidence.ts';
import { identifyingWords } from './identifying-content.ts';
import { sampleFindings } from './sample-findings.ts';
import { SampleScan } from './sample-scan.ts';
import type { ScanBlock } from './scan-block.ts';
import { StatusScan } from './status-scan.ts';

/** Checks data records, block by block: times, annotations and samples. */
export class RecordScan {
  readonly #header: EdfHeader;
  readonly #dataRecordCount: number;
  readonly #collector: FindingCollector;
  readonly #timeline: TimelineBuilder;
  readonly #annotations: AnnotationScan;
  readonly #status: StatusScan | null;
  readonly #samples: readonly SampleScan[];
  readonly #hasAnnotations: boolean;

  /** @param collector takes the findings */
  constructor(header: EdfHeader, dataRecordCount: number, collector: FindingCollector) {
    this.#header = header;
    this.#dataRecordCount = dataRecordCount;
    this.#collector = collector;
    this.#timeline = new TimelineBuilder(header);
    this.#annotations = new AnnotationScan(header, identifyingWords(header), collector);
    this.#status = StatusScan.of(header);
    this.#hasAnnotations = header.signals.some(({ isAnnotations }) => isAnnotations);
    this.#samples = header.signals
      // Bits have no range to be within.
      .filter((signal) => !signal.isAnnotations && signal.index !== this.#status?.signal.index)
      .map((signal) => new SampleScan(header, signal));
  }

  /** The next data records. */
  add(block: ScanBlock): void {
    const { firstRecord, recordCount, bytes, samples, stride } = block;
    if (this.#hasAnnotations) this.#addTimes(firstRecord, recordCount, bytes);
    for (const scan of this.#samples) scan.add(block);
    const status = this.#status;
    status?.add(samples, status.signal.byteOffsetInDataRecord / 3, stride, recordCount);
  }

  finish(): { timeline: Timeline; annotationCount: number } {
    if (!this.#hasAnnotations && this.#dataRecordCount > 0) {
      this.#timeline.add(0, null);
      if (this.#dataRecordCount > 1) this.#timeline.add(this.#dataRecordCount - 1, null);
    }
    const timeline = this.#timeline.finish();
    this.#collector.add(timeline.findings);
    this.#annotations.finish(timeline);
    for (const scan of this.#samples) this.#collector.add(sampleFindings(this.#header, scan));
    if (this.#status !== null && this.#dataRecordCount > 0) this.#collector.add(this.#status.finish());
    return { timeline, annotationCount: this.#annotations.count };
  }

  #addTimes(firstRecord: number, recordCount: number, bytes: Uint8Array): void {
    const { dataRecordByteLength } = this.#header;
    for (let i = 0; i < recordCount; i++) {
      const record = firstRecord + i;
      const recordBytes = bytes.subarray(i * dataRecordByteLength, (i + 1) * dataRecordByteLength);
      const read = parseRecordAnnotations(this.#header, recordBytes, record);
      this.#timeline.add(record, read.onsetNs, read.onsetDecimals);
      if (read.findings.length > 0) this.#addTalFindings(read.findings, recordBytes, record);
      this.#annotations.add(read.annotations, record, read.onsetNs);
    }
  }

  #addTalFindings(findings: readonly Finding[], recordBytes: Uint8Array, record: number): void {
    const header = this.#header;
    const start = header.headerByteLength + record * header.dataRecordByteLength;
    const shown = findings.map((finding) => withTalBytes(finding, recordBytes, start));
    // Planning the repair costs more than reading: not for findings that are only counted.
    const isPatched = this.#collector.keeps('EDF058') && findings.some(({ id }) => id === 'EDF058');
    this.#collector.add(isPatched ? withTalPatches(shown, header, recordBytes, record) : shown);
  }
}
