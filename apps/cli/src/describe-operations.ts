import type {
  AuditRecord,
  JobExplanation,
  JobTimeline,
  OperationsJob,
  Orphan,
  Tenant,
} from '@edf-pipeline/contracts';
import { jobStateOf } from './describe.ts';
import { formatBytes, formatInstant } from './format.ts';

export function operationsJobRow(job: OperationsJob): string[] {
  const name = `${job.tenant}/${job.id}`;
  const cause = job.error ? `${job.error.class}/${job.error.code}` : '';
  const isEnded = job.status === 'failed' || job.status === 'expired' || job.status === 'canceled';
  const next = isEnded ? `edf ops retry ${name}` : `edf explain ${name}`;
  return [
    name,
    formatInstant(job.finishedAt ?? job.createdAt),
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
    ['since', formatInstant(explanation.since)],
    ['pool', pool],
  ];
  if (position !== null) rows.push(['position', isPositionExact ? `${position}` : `behind ${position - 1}`]);
  if (running !== null) rows.push(['running', `${running} of ${runningLimit}`]);
  if (explanation.retryAt) rows.push(['tried again', formatInstant(explanation.retryAt)]);
  if (explanation.expiresAt) rows.push(['expires', formatInstant(explanation.expiresAt)]);
  else if (explanation.nextAt) rows.push(['looked at by', formatInstant(explanation.nextAt)]);
  return rows;
}

export function timelineRows({ entries }: JobTimeline): string[][] {
  return entries.map(({ at, what, dispatch, epoch, owner, class: failureClass, code }) => [
    formatInstant(at, 3),
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
): string[] => [
  formatInstant(at),
  subject,
  action,
  ...(isOfOperators ? [tenant ?? '(all)'] : []),
  objectId,
  from,
];

export const tenantRow = ({ id, createdAt, policy, machineClients }: Tenant): string[] => [
  id,
  formatInstant(createdAt),
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
  formatInstant(newestAt),
];
