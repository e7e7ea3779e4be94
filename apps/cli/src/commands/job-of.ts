import type { ApiClient } from '@edf-pipeline/uploader';
import { UsageError } from '../exit-code.ts';
import { idKindOf } from '../options.ts';

/** The job that an id names: itself, or the newest of a recording. */
export async function jobIdOf(id: string, client: ApiClient, signal: AbortSignal): Promise<string> {
  if (idKindOf(id, ['job', 'recording']) === 'job') return id;
  const { job } = await client.getRecording(id, { signal });
  if (!job) throw new UsageError(`${id} has no job yet`);
  return job.id;
}
