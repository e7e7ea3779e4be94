import type { Hypnogram, OverviewIndex } from '@edf-pipeline/analysis';
import type { Recording, Report, Result, Upload } from '@edf-pipeline/contracts';
import type { ByteSource, EdfFile } from '@edf-pipeline/edf';
import { byteSourceFromUrl, openEdf } from '@edf-pipeline/edf';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useServices } from '../services.ts';
import type { ShownAnnotation } from '../viewer/annotation-index.ts';
import { openOriginal } from './open-recording.ts';
import { readAnnotationsParquet } from './read-annotations-parquet.ts';
import { ResultFiles } from './result-files.ts';

const pageLength = 50;

/** Recordings, newest first, page by page. */
export function useRecordings() {
  const { client } = useServices();
  return useInfiniteQuery({
    queryKey: ['recordings'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.listRecordings({ limit: pageLength, cursor: pageParam }, { signal }),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** The newest uploads by id: their headers tell length and signals before any result does. */
export function useUploads(): ReadonlyMap<string, Upload> {
  const { client } = useServices();
  const { data } = useQuery({
    queryKey: ['uploads'],
    queryFn: async ({ signal }) => {
      const { data } = await client.listUploads({ limit: 100, state: 'all' }, { signal });
      return new Map(data.map((upload) => [upload.id, upload]));
    },
  });
  return data ?? new Map();
}

export function useRecording(recordingId: string): UseQueryResult<Recording> {
  const { client } = useServices();
  return useQuery({
    queryKey: ['recording', recordingId],
    queryFn: ({ signal }) => client.getRecording(recordingId, { signal }),
  });
}

/** Signed addresses of a result's files; asked again as they expire. */
export function useResultFiles(jobId: string | null): ResultFiles | null {
  const { client } = useServices();
  const queries = useQueryClient();
  if (jobId === null) return null;
  const known = queries.getQueryData<ResultFiles>(['result-files', jobId]);
  if (known) return known;
  const files = new ResultFiles({
    load: () => client.getResult(jobId),
    fetch: client.fetch,
    now: () => Date.now(),
  });
  queries.setQueryData(['result-files', jobId], files);
  return files;
}

export function useResult(jobId: string | null): UseQueryResult<Result> {
  const files = useResultFiles(jobId);
  return useQuery({
    queryKey: ['result', jobId],
    queryFn: () => files!.result(),
    enabled: files !== null,
    ...kept,
  });
}

export function useReport(jobId: string | null): UseQueryResult<Report> {
  return useJsonFile<Report>(jobId, 'report.json');
}

/** Null when the recording has no stages. */
export function useHypnogram(jobId: string | null): UseQueryResult<Hypnogram | null> {
  return useJsonFile<Hypnogram>(jobId, 'hypnogram.json');
}

/** The overview's index and its tiles; null when the result has none. */
export function useOverview(
  jobId: string | null,
): UseQueryResult<{ index: OverviewIndex; source: ByteSource } | null> {
  const files = useResultFiles(jobId);
  return useQuery({
    queryKey: ['overview', jobId],
    enabled: files !== null,
    ...kept,
    queryFn: async ({ signal }) => {
      const [index, source] = await Promise.all([
        files!.json<OverviewIndex>('overview.index', signal),
        files!.byteSource('overview.bin'),
      ]);
      return index && source ? { index, source } : null;
    },
  });
}

export function useAnnotations(jobId: string | null): UseQueryResult<ShownAnnotation[]> {
  const files = useResultFiles(jobId);
  return useQuery({
    queryKey: ['annotations', jobId],
    enabled: files !== null,
    ...kept,
    queryFn: async () => {
      const source = await files!.byteSource('annotations.parquet');
      return source ? readAnnotationsParquet(source) : [];
    },
  });
}

export interface RecordingEdf {
  readonly edf: EdfFile | null;
  /** What was uploaded is gzip: `waiting` until the analysis has inflated it, `inflated` since. */
  readonly compression: 'none' | 'waiting' | 'inflated';
  readonly error: unknown;
  readonly retry: () => void;
}

/**
 * The EDF that is shown, its header read by ranged requests: the one that the analysis has inflated where there is
 * one, else what was uploaded.
 */
export function useEdf(recordingId: string, resultJobId: string | null): RecordingEdf {
  const { client } = useServices();
  const files = useResultFiles(resultJobId);
  const inflated = useQuery({
    queryKey: ['inflated-edf', resultJobId],
    enabled: files !== null,
    ...kept,
    queryFn: async ({ signal }) => {
      const source = await files!.byteSource('recording.edf');
      return source && openEdf(source, signal);
    },
  });
  const original = useQuery({
    queryKey: ['edf', recordingId],
    // Not waited for what the result holds: nearly always this is the EDF that is shown.
    enabled: !inflated.data,
    ...kept,
    queryFn: async ({ signal }) => {
      const { byteLength } = await client.downloadRecording(recordingId, { signal });
      const address = async () => (await client.downloadRecording(recordingId)).url;
      return openOriginal(byteSourceFromUrl(address, byteLength, { fetch: client.fetch }), signal);
    },
  });
  const isCompressed = original.data?.kind === 'compressed';
  const isWaiting = isCompressed && (resultJobId === null || inflated.data === null);
  return {
    edf: inflated.data ?? (original.data?.kind === 'edf' ? original.data.file : null),
    compression: inflated.data ? 'inflated' : isWaiting ? 'waiting' : 'none',
    error: isCompressed ? inflated.error : original.error,
    retry: () => void (isCompressed ? inflated.refetch() : original.refetch()),
  };
}

/** Results never change: what is read once is kept. */
const kept = { staleTime: Number.POSITIVE_INFINITY, gcTime: 10 * 60_000, structuralSharing: false } as const;

function useJsonFile<T>(jobId: string | null, name: string): UseQueryResult<T> {
  const files = useResultFiles(jobId);
  return useQuery({
    queryKey: ['file', jobId, name],
    enabled: files !== null,
    ...kept,
    queryFn: async ({ signal }) => (await files!.json<T>(name, signal)) as T,
  });
}
