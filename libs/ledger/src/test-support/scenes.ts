import type { AdmittedJob } from '../admit.ts';
import { admitJobs } from '../admit.ts';
import { claimRange } from '../claim.ts';
import type { NewUpload } from '../create-upload.ts';
import { createUpload } from '../create-upload.ts';
import { markDispatched } from '../dispatch.ts';
import { finalizeUpload } from '../finalize-upload.ts';
import { resultPrefix, sourceKey } from '../keys.ts';
import type { Lease } from '../lease.ts';
import type { JobResult, JobRow, RangeRow, RecordingRow, UploadRow } from '../rows.ts';
import type { World } from './world.ts';

export const MiB = 1024 * 1024;

let uploads = 0;

/** A request for an upload of its own; `multipartId` is made when its size asks for parts. */
export function newUpload(world: World, change: Partial<NewUpload> = {}): NewUpload {
  const number = String(++uploads).padStart(16, '0');
  const uploadId = change.uploadId ?? `upl_0000000000${number}`;
  const tenant = change.tenant ?? 'acme';
  const byteLength = change.byteLength ?? 1_000;
  const isSingle = byteLength <= 64 * MiB;
  return {
    tenant,
    uploadId,
    keyHash: `key-${number}`,
    requestHash: `request-${number}`,
    sealedFileName: 'sealed',
    byteLength,
    declaredContentId: null,
    partByteLength: isSingle ? byteLength : 16 * MiB,
    partCount: isSingle ? 1 : Math.ceil(byteLength / (16 * MiB)),
    multipartId: isSingle ? null : world.objects.startMultipart(sourceKey(tenant, uploadId)),
    pipeline: 'default@1',
    preflight: null,
    ...change,
  };
}

export async function created(world: World, change: Partial<NewUpload> = {}): Promise<UploadRow> {
  const answer = await createUpload(world.ledger, newUpload(world, change));
  if (answer.outcome !== 'created') throw new Error(answer.outcome);
  return answer.upload;
}

/** All bytes of the upload are there; `content` stands for them, and is the upload's own unless given. */
export function sendBytes(world: World, upload: UploadRow, content: string = upload.id): void {
  if (upload.multipartId === null) world.objects.put(upload.key, upload.byteLength, content);
  else world.objects.putAllParts(upload.key, upload.multipartId, upload.byteLength, content);
}

export interface Accepted {
  readonly upload: UploadRow;
  readonly tenant: string;
  readonly recordingId: string;
  readonly jobId: string;
}

/** An upload that has become a recording with a job in the backlog. */
export async function accepted(
  world: World,
  change: Partial<NewUpload> = {},
  content?: string,
): Promise<Accepted> {
  const upload = await created(world, change);
  sendBytes(world, upload, content);
  const finalized = await finalizeUpload(world.deps, upload.tenant, upload.id, true);
  if (finalized.outcome !== 'ended') throw new Error(finalized.outcome);
  return {
    upload: finalized.upload,
    tenant: upload.tenant,
    recordingId: upload.recordingId,
    jobId: upload.jobId,
  };
}

/** A job that has been admitted and handed to an executor. */
export async function dispatched(
  world: World,
  change: Partial<NewUpload> = {},
): Promise<Accepted & { work: AdmittedJob }> {
  const accept = await accepted(world, change);
  const [work] = await admitJobs(world.ledger, 'small', 1);
  if (work?.jobId !== accept.jobId) throw new Error('another job was admitted');
  await markDispatched(world.ledger, work, 'executor-1');
  return { ...accept, work };
}

/** A job that a worker holds. */
export async function running(
  world: World,
  change: Partial<NewUpload> = {},
  owner = 'worker-1',
): Promise<Accepted & { work: AdmittedJob; lease: Lease }> {
  const accept = await dispatched(world, change);
  return { ...accept, lease: await claimed(world, accept.work, owner) };
}

export async function claimed(world: World, work: AdmittedJob, owner = 'worker-1'): Promise<Lease> {
  const claim = await claimRange(world.ledger, { ...work, range: 0 }, owner);
  if (claim.outcome !== 'claimed') throw new Error(claim.reason);
  return claim.lease;
}

/** The job, admitted again under its next dispatch number and claimed. */
export async function claimedAgain(world: World, jobId: string, owner = 'worker-2'): Promise<Lease> {
  const work = (await admitJobs(world.ledger, 'small', 100)).find((each) => each.jobId === jobId);
  if (!work) throw new Error('was not admitted');
  return claimed(world, work, owner);
}

export const resultOf = (lease: Lease): JobResult => ({
  epoch: lease.epoch,
  prefix: resultPrefix(lease.tenant, lease.jobId, lease.epoch),
  manifestSha256: 'm',
});

const only = <T>(found: T | undefined, what: string): T => {
  if (found === undefined) throw new Error(`there is no ${what}`);
  return found;
};

export const uploadNow = (world: World, id: string): UploadRow =>
  only(
    world.store.rows('upload').find((row) => row.id === id),
    id,
  );
export const recordingNow = (world: World, id: string): RecordingRow =>
  only(
    world.store.rows('recording').find((row) => row.id === id),
    id,
  );
export const jobNow = (world: World, id: string): JobRow =>
  only(
    world.store.rows('job').find((row) => row.id === id),
    id,
  );
export const rangeNow = (world: World, jobId: string): RangeRow =>
  only(
    world.store.rows('range').find((row) => row.jobId === jobId),
    jobId,
  );
export const announcedFor = (world: World, objectId: string): string[] =>
  world.store.announced.filter((entry) => entry.objectId === objectId).map(({ type }) => type);
