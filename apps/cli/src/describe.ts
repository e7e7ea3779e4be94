import type { Change, Job, Recording, Upload } from '@edf-pipeline/contracts';
import { plainSentence } from '@edf-pipeline/uploader';
import { formatBytes, formatInstant } from './format.ts';

/** A job's state in words: `running (analysing, 43 %)`, `failed: file-shorter-than-header`. */
export function jobStateOf(job: Job): string {
  if (job.status === 'running') {
    const { stage, doneBytes, totalBytes } = job.progress;
    const percent = totalBytes > 0 ? `, ${Math.floor((100 * doneBytes) / totalBytes)} %` : '';
    return `running (${stage}${percent})`;
  }
  if (job.status === 'queued' && job.retryAt) return `queued (again at ${formatInstant(job.retryAt)})`;
  return job.error ? `${job.status}: ${job.error.code}` : job.status;
}

/** The command that makes sense after seeing a job in this state. */
export function nextAfterJob(job: Job): string {
  if (job.status === 'succeeded') return `edf get ${job.id} --out results`;
  if (job.status === 'failed' || job.status === 'canceled' || job.status === 'expired')
    return `edf retry ${job.id}`;
  return `edf status ${job.id}`;
}

/** One line about a change, with the next command. */
export function changeLine({ type, object }: Change): string {
  if (type === 'job') return `job        ${object.id}  ${jobStateOf(object)}  next: ${nextAfterJob(object)}`;
  if (type === 'upload')
    return `upload     ${object.id}  ${uploadStateOf(object)}  next: edf status ${object.id}`;
  return `recording  ${object.id}  ${object.status}  next: edf status ${object.id}`;
}

export function uploadStateOf(upload: Upload): string {
  return upload.rejection ? `${upload.status}: ${upload.rejection}` : upload.status;
}

export function recordingStateOf(recording: Recording): string {
  if (recording.status !== 'available') return recording.status;
  return recording.job ? jobStateOf(recording.job) : 'no job yet';
}

/** The lines `edf status` prints about an object, one `name  value` each. */
export function detailsOf(object: Upload | Recording | Job): [string, string][] {
  if ('pipeline' in object) return jobDetails(object);
  const about: [string, string][] = [
    ['id', object.id],
    ['file', object.fileName ?? '(name not kept)'],
    ['size', formatBytes(object.byteLength)],
  ];
  if ('rejection' in object) {
    about.push(['state', uploadStateOf(object)], ['recording', object.recordingId], ['job', object.jobId]);
  } else {
    about.push(['state', recordingStateOf(object)], ['content id', object.contentId]);
    if (object.job) about.push(['job', object.job.id]);
    if (object.resultJobId) about.push(['result of', object.resultJobId]);
  }
  about.push(['since', formatInstant(object.createdAt)]);
  return about;
}

function jobDetails(job: Job): [string, string][] {
  const about: [string, string][] = [
    ['id', job.id],
    ['recording', job.recordingId],
    ['pipeline', job.pipeline],
    ['state', jobStateOf(job)],
  ];
  if (job.error) about.push(['reason', plainSentence(job.error.message)]);
  if (job.error?.offset !== undefined) about.push(['at byte', String(job.error.offset)]);
  if (job.attempts + job.crashes + job.evictions > 0) {
    about.push(['tries', `${job.attempts} failed, ${job.crashes} crashed, ${job.evictions} interrupted`]);
  }
  about.push(['since', formatInstant(job.createdAt)]);
  if (job.finishedAt) about.push(['ended', formatInstant(job.finishedAt)]);
  return about;
}
