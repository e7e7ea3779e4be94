import type { JobExplanation, JobTimeline, WaitReason } from '@edf-pipeline/contracts';
import type { JobRow, JobWait } from '@edf-pipeline/ledger';
import { readJob, readUpload, readWait } from '@edf-pipeline/ledger';
import type { GatewayDeps } from './deps.ts';
import { notFound } from './problem.ts';

/** "Why is my job waiting", from what the ledger says right now. */
export async function explainJob(
  deps: GatewayDeps,
  tenant: string,
  jobId: string,
  signal: AbortSignal,
): Promise<JobExplanation> {
  const wait = await readWait(deps.ledger, tenant, jobId, signal);
  if (!wait) throw notFound();
  return explanationOf(wait, deps.ledger.clock().toISOString());
}

export function explanationOf(wait: JobWait, checkedAt: string): JobExplanation {
  const { policy, ahead, active } = wait;
  const { row } = wait.job;
  const isWaiting = row.phase === 'backlog';
  const [reason, sentence] = isWaiting ? whyInBacklog(wait) : whyElsewhere(row);
  return {
    jobId: row.id,
    status: row.status,
    phase: row.phase,
    reason,
    sentence,
    since: row.history.at(-1)?.at ?? row.createdAt,
    position: ahead === null ? null : ahead + 1,
    isPositionExact: wait.isAheadExact,
    running: isWaiting ? active : null,
    runningLimit: policy.maxRunningJobs,
    pool: row.pool,
    nextAt: row.due,
    retryAt: row.phase === 'retry_wait' ? row.due : null,
    expiresAt: isWaiting ? row.due : null,
    checkedAt,
  };
}

type Why = [WaitReason, string];

/** What holds it back first: a pause, then the limit, then those in front, then the pool. */
function whyInBacklog({ job, policy, ahead, isAheadExact, active }: JobWait): Why {
  const { pool } = job.row;
  if (policy.isPaused)
    return [
      'paused',
      'Your organisation is paused by the operators of the service; ask them when it goes on.',
    ];
  const { maxRunningJobs } = policy;
  const others = `${isAheadExact ? '' : 'at least '}${ahead} of your organisation’s jobs`;
  if (active >= maxRunningJobs) {
    const queue = ahead ? `, and ${others} come first` : '; this one is next';
    return [
      'tenant-limit',
      `${active} jobs of your organisation run in the ${pool} pool, as many as may at once${queue}.`,
    ];
  }
  if (ahead) return ['earlier-jobs', `${others} in the ${pool} pool come first; ${active} run.`];
  return ['pool', `It is the next of your organisation’s, and waits for a free place in the ${pool} pool.`];
}

function whyElsewhere(row: JobRow): Why {
  switch (row.phase) {
    case 'dispatching':
      return ['handing-out', `It is being handed to a worker of the ${row.pool} pool.`];
    case 'dispatched':
      return [
        'worker',
        `It has been handed to the ${row.pool} pool and waits for a worker to begin; if none does by ${row.due}, it is handed out anew.`,
      ];
    case 'retry_wait':
      return [
        'back-off',
        `It failed (${row.error?.code ?? 'unknown'}) and is tried again at ${row.due}: ${row.attempts} failed tries, ${row.crashes} crashes so far.`,
      ];
    case 'running':
      return [
        'running',
        `A worker has been on it since ${row.startedAt}; it is stopped at ${row.due} at the latest.`,
      ];
    case 'canceling':
      return ['canceling', `Its worker has been asked to stop, and is cut off at ${row.due}.`];
    default:
      return [
        'ended',
        `It has ${row.status === 'canceled' ? 'been canceled' : row.status}; nothing is waited for.`,
      ];
  }
}

/** Entries of a whole history are numbered by it; a longer one has lost its middle (see `withHistory`). */
const FULL_HISTORY = 64;

/** What happened to a job. Workers have names that tell of the inside of the service: operators alone see them. */
export async function showTimeline(
  deps: GatewayDeps,
  tenant: string,
  jobId: string,
  isForOperators: boolean,
  signal: AbortSignal,
): Promise<JobTimeline> {
  const found = await readJob(deps.ledger, tenant, jobId, signal);
  if (!found) throw notFound();
  const { history, uploadId } = found.row;
  const upload = await readUpload(deps.ledger, tenant, uploadId, signal);
  const announced = upload ? [{ at: upload.row.createdAt, what: 'upload announced' }] : [];
  return {
    jobId,
    entries: [
      ...announced,
      ...history.map(({ owner, ...entry }) => ({
        ...entry,
        ...(isForOperators && owner !== undefined && { owner }),
      })),
    ],
    isWhole: history.length < FULL_HISTORY,
  };
}
