import type { Orphan, Reconciled } from '@edf-pipeline/contracts';
import { reconcileSchema } from '@edf-pipeline/contracts';
import type { ObjectFolder, SweepPlan } from '@edf-pipeline/ledger';
import { OPERATIONS, folderOfKey, judgeFolder, planSweep } from '@edf-pipeline/ledger';
import type { ObjectHead } from '@edf-pipeline/storage';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteOperator } from './operator.ts';

/** Everything that the service writes begins with one of these. */
const KINDS = ['source/', 'work/', 'results/'] as const;
const SHOWN_STEPS = 50;
const JUDGED_AT_ONCE = 16;

/**
 * Holds the object store against the ledger, a page of objects at a time, and tells what the sweep has to do. What
 * nothing asks for any more, and is older than `minAgeHours`, is an orphan; without `dryRun` it is deleted, after both
 * have been looked at once more. Multipart uploads that were never completed are the bucket's lifecycle rule's.
 */
export async function reconcile(
  deps: GatewayDeps,
  context: RequestContext,
  body: unknown,
): Promise<Reconciled> {
  const { dryRun, minAgeHours, cursor } = reconcileSchema.parse(body);
  const { signal } = context;
  const [kind = 0, after] =
    cursor === undefined ? [] : placeIn(deps.cursors.decode(OPERATIONS, 'reconcile', cursor));
  await noteOperator(deps, context, 'operator.reconcile', null, dryRun ? 'dry run' : 'delete');
  const sweep = cursor === undefined ? await planSweep(deps.ledger, SHOWN_STEPS, signal) : null;

  const page = await deps.store.list(KINDS[kind] ?? KINDS[0], after, signal);
  const olderThan = deps.ledger.clock().getTime() - minAgeHours * 3_600_000;
  const { folders, unknownKeys } = foldersOf(page.objects);
  const orphans: Orphan[] = [];
  for (let from = 0; from < folders.length; from += JUDGED_AT_ONCE) {
    const judged = await Promise.all(
      folders.slice(from, from + JUDGED_AT_ONCE).map((held) => orphanIn(deps, held, olderThan, signal)),
    );
    orphans.push(...judged.flatMap((orphan) => orphan ?? []));
  }
  if (!dryRun) {
    for (const [index, orphan] of orphans.entries())
      orphans[index] = await deleted(deps, context, orphan, olderThan);
  }
  const next = page.next !== undefined ? [kind, page.next] : kind + 1 < KINDS.length ? [kind + 1, ''] : null;
  return {
    dryRun,
    sweep: sweep && rendered(sweep),
    orphans,
    unknownKeys,
    lookedAt: page.objects.length,
    nextCursor: next && deps.cursors.encode(OPERATIONS, 'reconcile', next.join('|')),
  };
}

interface HeldFolder {
  readonly folder: ObjectFolder;
  objectCount: number;
  byteLength: number;
  newestAt: number;
}

function foldersOf(objects: readonly ObjectHead[]): { folders: HeldFolder[]; unknownKeys: string[] } {
  const folders = new Map<string, HeldFolder>();
  const unknownKeys: string[] = [];
  for (const { key, byteLength, createdAt } of objects) {
    const folder = folderOfKey(key);
    if (!folder) {
      unknownKeys.push(key);
      continue;
    }
    const held = folders.get(folder.prefix) ?? { folder, objectCount: 0, byteLength: 0, newestAt: 0 };
    held.objectCount += 1;
    held.byteLength += byteLength;
    held.newestAt = Math.max(held.newestAt, createdAt.getTime());
    folders.set(folder.prefix, held);
  }
  return { folders: [...folders.values()], unknownKeys };
}

async function orphanIn(
  deps: GatewayDeps,
  { folder, objectCount, byteLength, newestAt }: HeldFolder,
  olderThan: number,
  signal: AbortSignal,
): Promise<Orphan | null> {
  if (newestAt >= olderThan) return null;
  const reason = await judgeFolder(deps.ledger, folder, signal);
  if (!reason) return null;
  const { prefix, tenant } = folder;
  return {
    prefix,
    tenant,
    reason,
    objectCount,
    byteLength,
    newestAt: new Date(newestAt).toISOString(),
    isDeleted: false,
  };
}

/** A folder may reach over pages, and may have come to use meanwhile: all of it is looked at again first. */
async function deleted(
  deps: GatewayDeps,
  context: RequestContext,
  orphan: Orphan,
  olderThan: number,
): Promise<Orphan> {
  const { signal } = context;
  const objects: ObjectHead[] = [];
  let after: string | undefined;
  do {
    const page = await deps.store.list(orphan.prefix, after, signal);
    objects.push(...page.objects);
    after = page.next;
  } while (after !== undefined);
  const [held] = foldersOf(objects).folders;
  const again = held && (await orphanIn(deps, held, olderThan, signal));
  if (!again) return orphan;
  await noteOperator(deps, context, 'operator.object.delete', orphan.tenant, orphan.prefix);
  await deps.store.deleteVersions(orphan.prefix, signal);
  return { ...again, isDeleted: true };
}

function placeIn(place: string): [number, string | undefined] {
  const [, kind, after] = /^(\d)\|(.*)$/s.exec(place) ?? [];
  return [Number(kind ?? 0), after || undefined];
}

const rendered = ({ counts, steps, isComplete }: SweepPlan) => ({
  counts: { ...counts },
  steps: steps.map((step) => ({ ...step })),
  isComplete,
});
