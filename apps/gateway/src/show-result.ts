import type { Download, Manifest, Result } from '@edf-pipeline/contracts';
import { manifestSchema } from '@edf-pipeline/contracts';
import type { JobResult, JobRow } from '@edf-pipeline/ledger';
import { readJob, readRecording, writeAudit } from '@edf-pipeline/ledger';
import { isStorageError } from '@edf-pipeline/storage';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { HttpProblem, notFound } from './problem.ts';

/** The committed result of a job, with URLs that read each of its files for a while. */
export async function showResult(deps: GatewayDeps, context: RequestContext, jobId: string): Promise<Result> {
  const { caller, from, signal } = context;
  const { tenant, subject } = caller;
  const found = await readJob(deps.ledger, tenant, jobId, signal);
  if (!found) throw notFound();
  const job = found.row;
  const recording = await readRecording(deps.ledger, tenant, job.recordingId, signal);
  if (!recording) throw notFound();
  if (recording.row.status !== 'available')
    throw new HttpProblem('state-conflict', 'There is no result any more: the recording is being deleted.');
  if (!job.result) throw noResultYet(job);
  await writeAudit(deps.ledger, { tenant, subject, action: 'result.read', objectId: jobId, from }, signal);

  const manifest = await readManifest(deps, job.result, signal);
  const { prefix } = job.result;
  const signed = await Promise.all(
    manifest.files.map(({ name }) => signFile(deps, prefix + name, name, signal)),
  );
  const files = manifest.files.map((file, index) => ({ ...file, url: signed[index]?.url ?? '' }));
  const expiresAt = new Date(Math.min(...signed.map((request) => request.expiresAt.getTime())));
  return { jobId, recordingId: job.recordingId, manifest, files, expiresAt: expiresAt.toISOString() };
}

function noResultYet(job: JobRow): HttpProblem {
  const why =
    job.status === 'failed' ? `The job has failed: ${job.error?.message ?? ''}` : `The job is ${job.status}.`;
  return new HttpProblem('state-conflict', `There is no result. ${why}`);
}

async function readManifest(deps: GatewayDeps, result: JobResult, signal: AbortSignal): Promise<Manifest> {
  const ref = { key: `${result.prefix}manifest.json` };
  const head = await deps.store.head(ref, signal);
  if (!head)
    throw new HttpProblem(
      'service-unavailable',
      'The result’s manifest is not readable just now; try again.',
    );
  const bytes = await deps.store.read(ref, 0, head.byteLength, signal);
  return manifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

async function signFile(deps: GatewayDeps, key: string, downloadName: string, signal: AbortSignal) {
  const head = await deps.store.head({ key }, signal);
  if (!head)
    throw new HttpProblem('service-unavailable', 'A file of the result is not readable just now; try again.');
  return deps.store.signGet({
    key,
    versionId: head.versionId,
    expiresInSeconds: deps.settings.signatureSeconds,
    downloadName,
  });
}

/** A URL for the bytes that were uploaded. */
export async function downloadRecording(
  deps: GatewayDeps,
  context: RequestContext,
  recordingId: string,
): Promise<Download> {
  const { caller, from, signal } = context;
  const { tenant, subject } = caller;
  const found = await readRecording(deps.ledger, tenant, recordingId, signal);
  if (!found || found.row.status !== 'available') throw notFound();
  const { source, sealedFileName } = found.row;
  await writeAudit(
    deps.ledger,
    { tenant, subject, action: 'recording.download', objectId: recordingId, from },
    signal,
  );
  const fileName = sealedFileName === null ? null : deps.seal.open(tenant, sealedFileName);
  try {
    const { url, expiresAt } = await deps.store.signGet({
      key: source.key,
      versionId: source.versionId,
      expiresInSeconds: deps.settings.signatureSeconds,
      downloadName: fileName ?? `${recordingId}.edf`,
    });
    return { url, byteLength: source.byteLength, expiresAt: expiresAt.toISOString() };
  } catch (error) {
    if (isStorageError(error, 'object-not-found')) throw notFound();
    throw error;
  }
}
