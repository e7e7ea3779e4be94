import type { Change, Job, Page, Recording } from '@edf-pipeline/contracts';

/** Pages of recordings as the list shows them, newest first. */
export interface RecordingPages {
  readonly pages: readonly Page<Recording>[];
  readonly pageParams: readonly unknown[];
}

/** The list after a change: newer versions replace, new recordings come first, deleted ones go. */
export function pagesAfter(pages: RecordingPages, change: Change): RecordingPages {
  if (change.type === 'upload') return pages;
  if (change.type === 'job')
    return mapRecordings(pages, (recording) => recordingWithJob(recording, change.object));
  const { object } = change;
  const isKnown = pages.pages.some(({ data }) => data.some(({ id }) => id === object.id));
  if (isKnown) return mapRecordings(pages, (recording) => newerRecording(recording, object));
  const [first, ...rest] = pages.pages;
  if (!first || object.status === 'deleted') return pages;
  const isInOlderPages = first.data.length > 0 && object.createdAt < first.data.at(-1)!.createdAt;
  if (isInOlderPages && (first.nextCursor !== null || rest.length > 0)) return pages;
  const data = [...first.data, object].sort((a, b) => (a.id < b.id ? 1 : -1));
  return { ...pages, pages: [{ ...first, data }, ...rest] };
}

/** Whichever of two states of a recording is newer; the newer of both jobs is kept in it. */
export function newerRecording(known: Recording, told: Recording): Recording {
  if (known.id !== told.id) return known;
  const newer = told.version >= known.version ? told : known;
  const other = newer === told ? known : told;
  if (!newer.job || !other.job || newer.job.id !== other.job.id) return newer;
  return recordingWithJob(newer, other.job);
}

/** A recording with a newer state of its job; a result appears when the job has succeeded. */
export function recordingWithJob(recording: Recording, job: Job): Recording {
  if (recording.id !== job.recordingId) return recording;
  const { job: known } = recording;
  if (known && known.id === job.id && known.version >= job.version) return recording;
  if (known && known.id !== job.id && known.createdAt > job.createdAt) return recording;
  return { ...recording, job, resultJobId: job.status === 'succeeded' ? job.id : recording.resultJobId };
}

/** Recordings to show: those being deleted stay until they are gone. */
export function listedRecordings(pages: RecordingPages): Recording[] {
  const seen = new Set<string>();
  return pages.pages
    .flatMap(({ data }) => data)
    .filter(({ id, status }) => status !== 'deleted' && !seen.has(id) && seen.add(id));
}

function mapRecordings(pages: RecordingPages, change: (recording: Recording) => Recording): RecordingPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, data: page.data.map(change) })) };
}
