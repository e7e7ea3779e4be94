import type {
  AuditRecord,
  JobExplanation,
  JobTimeline,
  OperationsJob,
  Orphan,
  Tenant,
} from '@edf-pipeline/contracts';
import { jobStateOf } from './describe.ts';
import { formatBytes } from './format.ts';

/** To the second, as people read it; UTC. */
export const shortInstant = (instant: string) => instant.slice(0, 19).replace('T', ' ');

export function operationsJobRow(job: OperationsJob): string[] {
  const name = `${job.tenant}/${job.id}`;
  const cause = job.error ? `${job.error.class}/${job.error.code}` : '';
  const isEnded = job.status === 'failed' || job.status === 'expired' || job.status === 'canceled';
  const next = isEnded ? `edf ops retry ${name}` : `edf explain ${name}`;
  return [
    name,
    shortInstant(job.finishedAt ?? job.createdAt),
    job.pool,
    formatBytes(job.byteLength),
    cause || jobStateOf(job),
    `next: ${next}`,
  ];
}

export function explanationRows(explanation: JobExplanation): [string, string][] {
  const { position, isPositionExact, running, runningLimit, pool } = explanation;
  const rows: [string, string][] = [
    ['state', `${explanation.status} (${explanation.phase})`],
    ['why', `${explanation.reason}: ${explanation.sentence}`],
    ['since', explanation.since],
    ['pool', pool],
  ];
  if (position !== null) rows.push(['position', isPositionExact ? `${position}` : `behind ${position - 1}`]);
  if (running !== null) rows.push(['running', `${running} of ${runningLimit}`]);
  if (explanation.retryAt) rows.push(['tried again', explanation.retryAt]);
  if (explanation.expiresAt) rows.push(['expires', explanation.expiresAt]);
  else if (explanation.nextAt) rows.push(['looked at by', explanation.nextAt]);
  return rows;
}

export function timelineRows({ entries }: JobTimeline): string[][] {
  return entries.map(({ at, what, dispatch, epoch, owner, class: failureClass, code }) => [
    at,
    what,
    [
      dispatch !== undefined && `dispatch ${dispatch}`,
      epoch !== undefined && `lease ${epoch}`,
      owner && `by ${owner}`,
      failureClass && `${failureClass}/${code ?? ''}`,
    ]
      .filter(Boolean)
      .join(', '),
  ]);
}

/** @param isOfOperators names whose it was, which in the list of a tenant is clear */
export const auditRow = (
  { at, subject, action, objectId, from, tenant }: AuditRecord,
  isOfOperators: boolean,
): string[] => [at, subject, action, ...(isOfOperators ? [tenant ?? '(all)'] : []), objectId, from];

export const tenantRow = ({ id, createdAt, policy, machineClients }: Tenant): string[] => [
  id,
  shortInstant(createdAt),
  policy.isPaused ? 'paused' : 'active',
  `${policy.maxRunningJobs} jobs at once`,
  `files up to ${formatBytes(policy.maxFileBytes)}`,
  machineClients.length > 0 ? `machine clients: ${machineClients.join(' ')}` : '',
];

export const orphanRow = ({
  prefix,
  reason,
  objectCount,
  byteLength,
  newestAt,
  isDeleted,
}: Orphan): string[] => [
  isDeleted ? 'deleted' : 'orphan',
  prefix,
  reason,
  `${objectCount} object${objectCount === 1 ? '' : 's'}`,
  formatBytes(byteLength),
  newestAt,
];
