import { checkAnnotations } from './annotation-checks.ts';
import { annotationRecords } from './annotation-records.ts';
import type { Finding } from './finding.ts';
import { FindingCollector } from './finding.ts';
import type { EdfFile } from './open.ts';
import type { Annotation } from './tal.ts';
import { parseRecordAnnotations } from './tal.ts';
import type { Timeline } from './timeline.ts';
import { TimelineBuilder } from './timeline.ts';

/** What the annotations signals of a whole recording say. */
export interface RecordingAnnotations {
  /** In file order. */
  readonly annotations: Annotation[];
  readonly timeline: Timeline;
  /** Those of TALs, timeline and annotations; at most 20 of each id word for word. */
  readonly findings: Finding[];
}

/**
 * Reads all annotations and the times of all data records, in one pass over the file; samples are skipped where the
 * source says that this is cheaper (`readOverheadBytes`).
 * A recording without annotations signal is not read at all.
 *
 * @throws EdfError `source-read-short`; an abort rejects with the signal's reason
 */
export async function readAnnotations(file: EdfFile, signal?: AbortSignal): Promise<RecordingAnnotations> {
  const { header, dataRecordCount } = file;
  const builder = new TimelineBuilder(header);
  const collector = new FindingCollector();
  const annotations: Annotation[] = [];
  if (header.signals.some((candidate) => candidate.isAnnotations)) {
    for await (const { firstRecord, recordCount, bytes } of annotationRecords(file, signal)) {
      for (let i = 0; i < recordCount; i++) {
        const start = i * header.dataRecordByteLength;
        const recordBytes = bytes.subarray(start, start + header.dataRecordByteLength);
        const read = parseRecordAnnotations(header, recordBytes, firstRecord + i, annotations);
        builder.add(firstRecord + i, read.onsetNs, read.onsetDecimals);
        collector.add(read.findings);
      }
    }
  } else if (dataRecordCount > 0) {
    builder.add(0, null);
    if (dataRecordCount > 1) builder.add(dataRecordCount - 1, null);
  }
  const timeline = builder.finish();
  collector.add(timeline.findings);
  collector.add(checkAnnotations(header, timeline, annotations));
  return { annotations, timeline, findings: collector.finish() };
}
