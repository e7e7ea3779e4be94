import type { Job, Page, Recording, Upload } from '@edf-pipeline/contracts';
import { jobQuerySchema, pageQuerySchema, uploadQuerySchema } from '@edf-pipeline/contracts';
import type { Listed, Versioned } from '@edf-pipeline/ledger';
import {
  listJobs,
  listRecordings,
  listUploads,
  readJob,
  readRecording,
  readUpload,
} from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteLook, shownRange } from './note-look.ts';
import { notFound } from './problem.ts';
import { renderJob, renderRecording, renderUpload } from './render.ts';

export async function showUpload(deps: GatewayDeps, context: RequestContext, id: string): Promise<Upload> {
  const { caller, signal } = context;
  const found = await readUpload(deps.ledger, caller.tenant, id, signal);
  if (!found) throw notFound();
  // Until it is complete there is no recording to look at, and its own client asks again and again.
  if (found.row.status === 'completed')
    await noteLook(deps, context, 'recording.read', found.row.recordingId);
  return renderUpload(deps.seal, found);
}

export async function showRecording(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
): Promise<Recording> {
  const { caller, signal } = context;
  const { tenant } = caller;
  const found = await readRecording(deps.ledger, tenant, id, signal);
  if (!found) throw notFound();
  await noteLook(deps, context, 'recording.read', id);
  return renderRecording(deps.seal, found, await readJob(deps.ledger, tenant, found.row.jobId, signal));
}

export async function showJob(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  id: string,
): Promise<Job> {
  const found = await readJob(deps.ledger, caller.tenant, id, signal);
  if (!found) throw notFound();
  return renderJob(found);
}

export async function showUploads(
  deps: GatewayDeps,
  context: RequestContext,
  query: unknown,
): Promise<Page<Upload>> {
  const { caller, signal } = context;
  const { limit, cursor, state } = uploadQuerySchema.parse(query);
  const list = `uploads/${state}`;
  const olderThan = placeOf(deps, caller.tenant, list, cursor);
  const listed = await listUploads(deps.ledger, caller.tenant, state, { limit, olderThan }, signal);
  await noteLook(deps, context, 'upload.list', shownRange(listed.rows));
  return pageOf(deps, caller.tenant, list, listed, (found) =>
    Promise.resolve(renderUpload(deps.seal, found)),
  );
}

export async function showRecordings(
  deps: GatewayDeps,
  context: RequestContext,
  query: unknown,
): Promise<Page<Recording>> {
  const { caller, signal } = context;
  const { limit, cursor } = pageQuerySchema.parse(query);
  const { tenant } = caller;
  const olderThan = placeOf(deps, tenant, 'recordings', cursor);
  const listed = await listRecordings(deps.ledger, tenant, { limit, olderThan }, signal);
  await noteLook(deps, context, 'recording.list', shownRange(listed.rows));
  return pageOf(deps, tenant, 'recordings', listed, async (found) =>
    renderRecording(deps.seal, found, await readJob(deps.ledger, tenant, found.row.jobId, signal)),
  );
}

export async function showJobs(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  query: unknown,
): Promise<Page<Job>> {
  const { limit, cursor, status } = jobQuerySchema.parse(query);
  const { tenant } = caller;
  const list = `jobs/${status ?? 'all'}`;
  const olderThan = placeOf(deps, tenant, list, cursor);
  const listed = await listJobs(deps.ledger, tenant, status, { limit, olderThan }, signal);
  const page = await pageOf(deps, tenant, list, listed, ({ row }) =>
    readJob(deps.ledger, tenant, row.id, signal),
  );
  return { ...page, data: page.data.flatMap((job) => (job ? [renderJob(job)] : [])) };
}

function placeOf(
  deps: GatewayDeps,
  tenant: string,
  list: string,
  cursor: string | undefined,
): string | undefined {
  return cursor === undefined ? undefined : deps.cursors.decode(tenant, list, cursor);
}

async function pageOf<Row, Shown>(
  deps: GatewayDeps,
  tenant: string,
  list: string,
  { rows, olderThan }: Listed<Row>,
  show: (found: Versioned<Row>) => Promise<Shown>,
): Promise<Page<Shown>> {
  return {
    data: await Promise.all(rows.map(show)),
    nextCursor: olderThan === null ? null : deps.cursors.encode(tenant, list, olderThan),
  };
}
