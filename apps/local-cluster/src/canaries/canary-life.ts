import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { gzipSync } from 'node:zlib';
import type { Job, Upload } from '@edf-pipeline/contracts';
import { isJobEnded, uploadFile } from '@edf-pipeline/uploader';
import { eventually } from '../test-support/eventually.ts';
import {
  annotationsBeyondMemory,
  damagedRecordings,
  deletedRecording,
  neighbourRecording,
  nightRecording,
  noRecording,
  plainRecording,
} from './canary-recordings.ts';
import type { Canary, Place } from './canary.ts';
import { OWNER, fileNames } from './chosen-canaries.ts';
import { objectPlaces } from './object-places.ts';
import type { WatchedCluster, WatchedUser } from './watched-cluster.ts';

const PATIENCE_SECONDS = 90;

export interface Life {
  /** Cursor of the changes from before all of it. */
  readonly since: string;
  readonly night: Upload;
  /** Every job of the owner's, as it ended, by the name of what was uploaded. */
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Uploads as a client does. @throws Error when it becomes no recording */
export async function upload(
  user: WatchedUser,
  fileName: Canary | string,
  bytes: Uint8Array,
): Promise<Upload> {
  const outcome = await uploadFile({
    client: user.client,
    source: {
      name: typeof fileName === 'string' ? fileName : fileName.text,
      byteLength: bytes.length,
      slice: async (start, end) => new Uint8Array(bytes.subarray(start, end)),
    },
  });
  if (outcome.kind !== 'done') throw new Error(`the upload ended as ${JSON.stringify(outcome)}`);
  return outcome.upload;
}

/** The job, once it has ended. */
export const ended = ({ client }: WatchedUser, jobId: string): Promise<Job> =>
  eventually(`the end of ${jobId}`, PATIENCE_SECONDS, async () => {
    const job = await client.getJob(jobId);
    return isJobEnded(job) && job;
  });

/** Recordings that succeed, fail, kill their worker, are canceled, and are deleted, with canaries in all of them. */
export async function liveThrough(watched: WatchedCluster): Promise<Life> {
  const { owner, neighbour } = watched;
  const { cursor: since } = await owner.client.listChanges();
  const hungry = await upload(owner, fileNames.broken, annotationsBeyondMemory());
  const uploads: Record<string, Upload> = { hungry };
  uploads.night = await upload(owner, fileNames.unicode, nightRecording());
  uploads.canceled = await cancelOne(watched);
  uploads.plain = await upload(owner, fileNames.plain, plainRecording());
  uploads.zipped = await upload(owner, fileNames.plain, gzipSync(nightRecording()));
  uploads.cut = await upload(owner, fileNames.broken, gzipSync(nightRecording()).subarray(0, 600));
  uploads.none = await upload(owner, fileNames.broken, noRecording());
  for (const [index, bytes] of damagedRecordings().entries())
    uploads[`damaged ${index}`] = await upload(owner, fileNames.broken, bytes);
  uploads.deleted = await upload(owner, fileNames.deleted, deletedRecording());
  const other = await upload(neighbour, 'night.edf', neighbourRecording());

  const jobs: Record<string, Job> = {};
  for (const [name, { jobId }] of Object.entries(uploads)) jobs[name] = await ended(owner, jobId);
  await ended(neighbour, other.jobId);
  await neighbour.client.getResult(other.jobId);
  return { since, night: uploads.night, jobs };
}

/** While an organisation is paused nothing of it begins: what is canceled then was not quicker. */
async function cancelOne({ owner, operator }: WatchedCluster): Promise<Upload> {
  const { operations } = operator.client;
  await operations.createTenant({ id: OWNER });
  await operations.pauseTenant(OWNER);
  const bytes = Buffer.concat([nightRecording(), Buffer.alloc(2)]);
  const canceled = await upload(owner, fileNames.hostile, bytes);
  await owner.client.cancelJob(canceled.jobId);
  await operations.resumeTenant(OWNER);
  return canceled;
}

/** Deletes what was meant to be; answers where it stood before, which shows that it would have been found. */
export async function deleteOne({ owner, cluster, s3 }: WatchedCluster, { jobs }: Life): Promise<Place[]> {
  const { recordingId, id } = jobs.deleted!;
  const prefixes = [`source/${OWNER}/${recordingId.replace('rec_', 'upl_')}/`, `results/${OWNER}/${id}/`];
  const before = (await Promise.all(prefixes.map((each) => objectPlaces(s3, cluster.bucket, each)))).flat();
  await owner.client.deleteRecording(recordingId);
  await eventually('the deletion', PATIENCE_SECONDS, async () => {
    const left = prefixes.map((Prefix) =>
      s3.send(new ListObjectVersionsCommand({ Bucket: cluster.bucket, Prefix })),
    );
    return (await Promise.all(left)).every(({ Versions }) => !Versions?.length);
  });
  return before;
}
