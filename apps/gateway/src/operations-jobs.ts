import type { OperationsJob, Page, Redriven } from '@edf-pipeline/contracts';
import { operationsJobQuerySchema, pageQuerySchema, redriveSchema } from '@edf-pipeline/contracts';
import type { FailureCause, FoundAcross, JobRow, JobWithRanges } from '@edf-pipeline/ledger';
import {
  OPERATIONS,
  failureCauses,
  listFailed,
  listJobs,
  listLive,
  quarantineCauses,
  readJob,
  retryJob,
} from '@edf-pipeline/ledger';
import { cancelOrRefuse, retryOrRefuse } from './change.ts';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteOperator } from './operator.ts';
import { HttpProblem, notFound } from './problem.ts';
import { renderJob } from './render.ts';

/** Jobs of all tenants, or of one, by state and cause. */
export async function showOperationsJobs(
  deps: GatewayDeps,
  context: RequestContext,
  query: unknown,
): Promise<Page<OperationsJob>> {
  const { limit, cursor, status, cause, tenant } = operationsJobQuerySchema.parse(query);
  if (cause !== undefined && status !== 'failed' && status !== 'expired')
    throw new HttpProblem('validation-failed', 'Only jobs that failed or expired have a cause.');
  const list = `jobs/${status}/${cause ?? ''}/${tenant ?? ''}`;
  const after = cursor === undefined ? undefined : deps.cursors.decode(OPERATIONS, list, cursor);
  const page = { limit, after };
  await noteOperator(
    deps,
    context,
    'operator.job.list',
    tenant ?? null,
    [status, cause].filter(Boolean).join(' '),
  );
  const { ledger } = deps;
  const find = async (): Promise<FoundAcross> => {
    if (tenant !== undefined) {
      const found = await listJobs(ledger, tenant, status, { limit, olderThan: after }, context.signal);
      return { rows: found.rows.filter(({ row }) => hasCause(row, cause)), place: found.olderThan };
    }
    switch (status) {
      case 'failed':
      case 'expired': {
        const { causes, code } = causesOf(cause ?? (status === 'expired' ? 'expired' : undefined));
        const wanted = causes.filter((each) => (each === 'expired') === (status === 'expired'));
        return listFailed(ledger, wanted, code, page, context.signal);
      }
      case 'succeeded':
      case 'canceled':
        throw new HttpProblem(
          'validation-failed',
          `Jobs that have ${status} are listed of one tenant: add tenant=.`,
        );
      default:
        return listLive(ledger, [status], page, context.signal);
    }
  };
  return render(deps, list, await find(), context.signal);
}

/** Jobs that failed for another reason than their file. */
export async function showQuarantine(
  deps: GatewayDeps,
  context: RequestContext,
  query: unknown,
): Promise<Page<OperationsJob>> {
  const { limit, cursor } = pageQuerySchema.parse(query);
  const after = cursor === undefined ? undefined : deps.cursors.decode(OPERATIONS, 'quarantine', cursor);
  await noteOperator(deps, context, 'operator.job.list', null, 'quarantine');
  const found = await listFailed(deps.ledger, quarantineCauses, undefined, { limit, after }, context.signal);
  return render(deps, 'quarantine', found, context.signal);
}

/** A job of any tenant, by both its names. */
export interface NamedJob {
  readonly tenant: string;
  readonly jobId: string;
}

export async function showOperationsJob(
  deps: GatewayDeps,
  context: RequestContext,
  { tenant, jobId }: NamedJob,
): Promise<OperationsJob> {
  const found = await readJob(deps.ledger, tenant, jobId, context.signal);
  if (!found) throw notFound();
  await noteOperator(deps, context, 'operator.job.read', tenant, jobId);
  return renderOperationsJob(found);
}

export async function retryAsOperator(
  deps: GatewayDeps,
  context: RequestContext,
  { tenant, jobId }: NamedJob,
): Promise<OperationsJob> {
  await noteOnExisting(deps, context, 'operator.job.retry', { tenant, jobId });
  await retryOrRefuse(deps, tenant, jobId, context.signal);
  return present(deps, context, { tenant, jobId });
}

export async function cancelAsOperator(
  deps: GatewayDeps,
  context: RequestContext,
  { tenant, jobId }: NamedJob,
): Promise<OperationsJob> {
  await noteOnExisting(deps, context, 'operator.job.cancel', { tenant, jobId });
  await cancelOrRefuse(deps, tenant, jobId, context.signal);
  return present(deps, context, { tenant, jobId });
}

const MAX_REDRIVE_PAGES = 20;

/** Runs all jobs again that failed for a cause, up to `limit`: those that failed since then are a matter of asking again. */
export async function redrive(deps: GatewayDeps, context: RequestContext, body: unknown): Promise<Redriven> {
  const { cause, tenant, limit, dryRun } = redriveSchema.parse(body);
  const { causes, code } = causesOf(cause);
  await noteOperator(
    deps,
    context,
    'operator.redrive',
    tenant ?? null,
    dryRun ? `${cause} (dry run)` : cause,
  );
  const chosen: NamedJob[] = [];
  let place: string | undefined;
  for (let page = 0; page < MAX_REDRIVE_PAGES && chosen.length < limit; page++) {
    const query = { limit: limit - chosen.length, after: place };
    const found = await listFailed(deps.ledger, causes, code, query, context.signal);
    for (const { row } of found.rows)
      if (tenant === undefined || row.tenant === tenant) chosen.push({ tenant: row.tenant, jobId: row.id });
    place = found.place ?? undefined;
    if (place === undefined) break;
  }
  const jobs: Redriven['jobs'] = [];
  for (const job of chosen) {
    if (dryRun) jobs.push({ ...job, outcome: 'would-retry' });
    else {
      await noteOperator(deps, context, 'operator.job.retry', job.tenant, job.jobId);
      const { outcome } = await retryJob(deps.ledger, job.tenant, job.jobId, context.signal);
      jobs.push({ ...job, outcome });
    }
  }
  return { dryRun, jobs, hasMore: place !== undefined };
}

function causesOf(cause: string | undefined): { causes: readonly FailureCause[]; code: string | undefined } {
  const [name, code] = (cause ?? '').split('/');
  const causes = name ? failureCauses.filter((each) => each === name) : failureCauses;
  return { causes, code };
}

function hasCause(row: JobRow, cause: string | undefined): boolean {
  const [name, code] = (cause ?? '').split('/');
  if (!name || row.status === 'expired') return !name || name === 'expired';
  return row.error?.class === name && (code === undefined || row.error.code === code);
}

/** A note about what is not there would stand in the audit of a tenant that there may not be either. */
async function noteOnExisting(
  deps: GatewayDeps,
  context: RequestContext,
  action: 'operator.job.retry' | 'operator.job.cancel',
  { tenant, jobId }: NamedJob,
): Promise<void> {
  if (!(await readJob(deps.ledger, tenant, jobId, context.signal))) throw notFound();
  await noteOperator(deps, context, action, tenant, jobId);
}

async function present(deps: GatewayDeps, context: RequestContext, { tenant, jobId }: NamedJob) {
  const found = await readJob(deps.ledger, tenant, jobId, context.signal);
  if (!found) throw notFound();
  return renderOperationsJob(found);
}

async function render(
  deps: GatewayDeps,
  list: string,
  { rows, place }: FoundAcross,
  signal: AbortSignal,
): Promise<Page<OperationsJob>> {
  const jobs = await Promise.all(rows.map(({ row }) => readJob(deps.ledger, row.tenant, row.id, signal)));
  return {
    data: jobs.flatMap((job) => (job ? [renderOperationsJob(job)] : [])),
    nextCursor: place === null ? null : deps.cursors.encode(OPERATIONS, list, place),
  };
}

function renderOperationsJob(job: JobWithRanges): OperationsJob {
  const { tenant, pool, dispatch, lostDispatches, executorRef, source } = job.row;
  const { byteLength } = source;
  return { ...renderJob(job), tenant, pool, dispatch, lostDispatches, executorRef, byteLength };
}
