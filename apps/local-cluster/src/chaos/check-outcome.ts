import type { JobRow } from '@edf-pipeline/ledger';
import type { TenantRows } from './ledger-rows.ts';
import type { UploadedContent } from './upload-contents.ts';

/** What a content becomes: its result, or why there is none. */
export type Expected = ReadonlyMap<string, string>;

/** Of the undisturbed run: by content, what came out. @throws Error when even that did not end well */
export function expectedOf(uploaded: readonly UploadedContent[], rows: TenantRows): Expected {
  const jobs = new Map(rows.jobs.map((job) => [job.id, job]));
  return new Map(
    uploaded.map(({ content, jobId, outcome, detail }) => {
      const job = jobs.get(jobId);
      if (outcome !== 'done' || !job?.finishedAt)
        throw new Error(
          `undisturbed, ${content.name} ended as ${outcome} ${detail}, its job as ${job?.status}`,
        );
      return [content.name, fateOf(job)];
    }),
  );
}

/** Equal for equal bytes, whatever happened on the way. */
function fateOf({ status, result, error }: JobRow): string {
  return result ? `${status} ${result.manifestSha256}` : `${status} ${error?.class} ${error?.code}`;
}

/** Whether it stopped for the operator because the processes that had it kept being killed. */
export const isQuarantined = (job: JobRow) => job.status === 'failed' && job.error?.class === 'crash';

/** What is wrong with the outcome for one tenant, a sentence each. */
export function checkTenant(
  tenant: string,
  uploaded: readonly UploadedContent[],
  rows: TenantRows,
  expected: Expected,
): string[] {
  const faults: string[] = [];
  const jobs = new Map(rows.jobs.map((job) => [job.id, job]));
  for (const { content, outcome, detail, jobId } of uploaded) {
    const job = jobs.get(jobId);
    if (outcome === 'other') faults.push(`upload of ${content.name} by ${tenant} ended as: ${detail}`);
    else if (!job)
      faults.push(`lost: ${tenant} was told of ${jobId} for ${content.name}, and there is no such job`);
    else if (job.finishedAt === null) faults.push(`not ended: ${jobId} of ${content.name} is ${job.phase}`);
    else if (fateOf(job) !== expected.get(content.name))
      faults.push(
        `${jobId} of ${content.name}: ${fateOf(job)}, undisturbed ${expected.get(content.name)}; ${lifeOf(job)}`,
      );
  }
  for (const job of rows.jobs) {
    const commits = job.history.filter(({ what }) => what === 'committed').length;
    const isPublished = job.status === 'succeeded';
    if (commits !== (isPublished ? 1 : 0)) faults.push(`${job.id} is ${job.status} after ${commits} commits`);
    if (isPublished !== (job.result !== null)) faults.push(`${job.id} is ${job.status}, its result is not`);
  }
  faults.push(...checkRecordings(tenant, uploaded, rows), ...checkUploads(tenant, rows));
  return faults;
}

function checkRecordings(tenant: string, uploaded: readonly UploadedContent[], rows: TenantRows): string[] {
  const wanted = new Set(uploaded.map(({ content }) => content.name)).size;
  const contentIds = new Set(rows.recordings.map(({ source }) => source.contentId));
  const faults: string[] = [];
  if (rows.recordings.length !== wanted)
    faults.push(`${tenant} has ${rows.recordings.length} recordings of ${wanted} contents`);
  if (contentIds.size !== rows.recordings.length) faults.push(`${tenant} has a content twice`);
  const jobIds = new Set(rows.recordings.map(({ jobId }) => jobId));
  const orphans = rows.jobs.filter(({ id }) => !jobIds.has(id));
  if (orphans.length > 0) faults.push(`${tenant} has ${orphans.length} jobs of no recording`);
  const jobs = new Map(rows.jobs.map((job) => [job.id, job]));
  for (const { id, jobId, resultJobId } of rows.recordings)
    if (jobs.get(jobId)?.status === 'succeeded' && resultJobId !== jobId)
      faults.push(`recording ${id} does not point to its result`);
  return faults;
}

/** What clients gave up on the way is theirs; what they were told is complete has to be. */
function checkUploads(tenant: string, rows: TenantRows): string[] {
  const open = rows.uploads.filter(({ status }) => !['completed', 'aborted', 'expired'].includes(status));
  return open.map(({ id, status, rejection }) => `upload ${id} of ${tenant} is ${status} ${rejection ?? ''}`);
}

/** What a job remembers, in one line. */
export const lifeOf = (job: JobRow | undefined) =>
  (job?.history ?? [])
    .map(({ at, what, owner, code }) => [at.slice(11, 19), what, owner, code].filter(Boolean).join(' '))
    .join(', ');
