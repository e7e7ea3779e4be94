import type { Report } from '@edf-pipeline/contracts';
import type { EdfFile } from '@edf-pipeline/edf';
import { useMemo } from 'react';
import type { RecordingEdf } from '../api/queries.ts';
import { useAnnotations, useEdf, useHypnogram, useOverview, useReport } from '../api/queries.ts';
import { AnnotationIndex } from '../viewer/annotation-index.ts';
import { endOf, shownRuns } from '../viewer/timeline.ts';
import type { ViewedRecording } from '../viewer/viewed-recording.ts';
import { shownSignals } from '../viewer/viewed-recording.ts';

export interface LoadedRecording {
  readonly edf: EdfFile | null;
  readonly compression: RecordingEdf['compression'];
  readonly edfError: unknown;
  readonly retryEdf: () => void;
  readonly report: Report | null;
  readonly annotations: AnnotationIndex | null;
  /** Null until the header of the EDF is read; grows as the parts of the result come in. */
  readonly viewed: ViewedRecording | null;
  /** The result's parts are known, or there is no result to wait for. */
  readonly isSettled: boolean;
}

/** Everything that is known of a recording, from its EDF and from its result. */
export function useLoadedRecording(recordingId: string, resultJobId: string | null): LoadedRecording {
  const { edf, compression, error, retry } = useEdf(recordingId, resultJobId);
  const report = useReport(resultJobId);
  const overview = useOverview(resultJobId);
  const annotationList = useAnnotations(resultJobId);
  const hypnogram = useHypnogram(resultJobId);

  const annotations = useMemo(
    () => (annotationList.data ? new AnnotationIndex(annotationList.data) : null),
    [annotationList.data],
  );
  const viewed = useMemo(() => {
    if (!edf) return null;
    const told = overview.data?.index.runs ?? report.data?.runs ?? null;
    const assumed = [{ firstRecord: 0, recordCount: edf.dataRecordCount, startNs: 0n }];
    const runs = shownRuns(told ?? assumed, edf.header.dataRecordDurationSeconds);
    return {
      header: edf.header,
      dataRecordCount: edf.dataRecordCount,
      edf: edf.source,
      runs,
      isTimelineKnown: told !== null || !edf.header.variant.endsWith('+D'),
      // A file of annotations alone has no records that last: it ends with its last annotation.
      durationSeconds: endOf(runs) || (annotations?.end ?? 0),
      signals: shownSignals(edf.header),
      overview: overview.data ?? null,
      annotations,
      hypnogram: hypnogram.data ?? null,
    } satisfies ViewedRecording;
  }, [edf, overview.data, report.data?.runs, annotations, hypnogram.data]);

  const isSettled = resultJobId === null || (!hypnogram.isPending && !overview.isPending);
  return {
    edf,
    compression,
    edfError: error,
    retryEdf: retry,
    report: report.data ?? null,
    annotations,
    viewed,
    isSettled,
  };
}
