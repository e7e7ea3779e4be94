import { StoreUnavailable, WriteConflict } from '../ledger-store.ts';
import type { AdmittedJob } from '../admit.ts';
import { admitJobs } from '../admit.ts';
import { cancelJob } from '../cancel.ts';
import { claimRange } from '../claim.ts';
import { commitResult } from '../commit.ts';
import type { NewUpload } from '../create-upload.ts';
import { createUpload } from '../create-upload.ts';
import { requestDeletion } from '../delete-recording.ts';
import { loseDispatch, markDispatched } from '../dispatch.ts';
import { acknowledgeCancel, failRange } from '../fail.ts';
import { endUpload } from '../end-upload.ts';
import { finalizeUpload } from '../finalize-upload.ts';
import { heartbeat } from '../heartbeat.ts';
import { createLeaseObserver } from '../lease-observer.ts';
import type { Lease } from '../lease.ts';
import { relayOutbox } from '../outbox.ts';
import { releaseRange } from '../release.ts';
import { retryJob } from '../retry.ts';
import type { JobRow } from '../rows.ts';
import type { SweepDeps } from '../sweep-due.ts';
import { sweepDue } from '../sweep-due.ts';
import { touchUpload } from '../touch-upload.ts';
import { newUpload, resultOf, sendBytes } from './scenes.ts';
import type { World } from './world.ts';

/** One step of a schedule: which actor does what, and which of the candidates it picks. */
export interface Step {
  readonly actor: 0 | 1;
  readonly verb: (typeof verbs)[number];
  readonly pick: number;
}

export const verbs = [
  'create',
  'send',
  'send',
  'complete',
  'complete',
  'event',
  'touch',
  'abort',
  'cancel',
  'retry',
  'delete',
  'admit',
  'admit',
  'admit',
  'mark',
  'forget',
  'sweep',
  'sweep',
  'relay',
  'wait',
  'wait',
  'claim',
  'claim',
  'claim',
  'beat',
  'commit',
  'fail',
  'crash-file',
  'bad-file',
  'release',
  'acknowledge',
  'die',
] as const;

/** Two gateways, two dispatchers and two workers on one world; each knows only what its own calls answered. */
export interface Actors {
  take(step: Step): Promise<void>;
  /** Everything is done that can be done without people: until nothing is due within a day. */
  settle(): Promise<void>;
  readonly told: Map<string, number>;
  /** Commits a worker was told of. */
  readonly commits: Lease[];
}

const failureOf = (kind: 'transient' | 'crash' | 'invalid_input') => ({
  class: kind,
  code: kind,
  message: 'M.',
});

export function createActors(world: World): Actors {
  const { ledger } = world;
  const requests: NewUpload[] = [];
  const queue: AdmittedJob[] = [];
  const leases: Lease[][] = [[], []];
  const commits: Lease[] = [];
  const told = new Map<string, number>();
  const sweeps: SweepDeps[] = [0, 1].map(() => ({
    ...world.deps,
    observer: createLeaseObserver(ledger.settings.leaseSeconds, world.clock.seconds),
    checkDispatch: async ({ tenant, id, dispatch }: JobRow) => {
      const work = { tenant, jobId: id, dispatch };
      if (queue.some((each) => each.jobId === id && each.dispatch === dispatch))
        await markDispatched(ledger, work, 'queue');
      else await loseDispatch(ledger, work, true);
    },
  }));

  const of = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(list.length, 1)];
  const drop = <T>(list: T[], one: T) => list.splice(list.indexOf(one), 1);
  const progress = { stage: 'analysing', doneBytes: 1, totalBytes: 1_000 } as const;
  const uploads = () => world.store.rows('upload');
  const jobs = () => world.store.rows('job');

  async function act({ actor, verb, pick }: Step): Promise<void> {
    const mine = leases[actor] ?? [];
    // What is still open mostly, or nothing much would happen.
    const isAnyOne = pick % 8 === 0;
    const upload = of(
      uploads().filter(
        ({ status }) => isAnyOne || status === 'pending' || status === 'uploading' || status === 'verifying',
      ),
      pick,
    );
    const job = of(jobs(), pick);
    const lease = of(mine, pick);
    const sweep = sweeps[actor] as SweepDeps;
    switch (verb) {
      case 'create': {
        const again = pick % 3 === 0 ? of(requests, pick) : undefined;
        const request =
          again ??
          newUpload(world, { tenant: pick % 2 ? 'acme' : 'beta', byteLength: pick % 5 ? 1_000 : 70_000_000 });
        if (!again) requests.push(request);
        await createUpload(ledger, request);
        return;
      }
      case 'send':
        // Contents repeat now and then, so that there are duplicates.
        if (upload?.status === 'pending' || upload?.status === 'uploading') {
          if (
            upload.multipartId === null ||
            (await world.objects.listParts(upload.key, upload.multipartId))
          ) {
            sendBytes(world, upload, pick % 3 ? upload.id : 'same');
          }
        }
        return;
      case 'complete':
      case 'event':
        if (upload) await finalizeUpload(sweep, upload.tenant, upload.id, verb === 'complete');
        return;
      case 'touch':
        if (upload) await touchUpload(ledger, upload.tenant, upload.id);
        return;
      case 'abort':
        if (upload && pick % 4 === 3) await endUpload(ledger, upload.tenant, upload.id, 'aborted', null);
        return;
      case 'cancel':
        if (job && pick % 4 === 3) await cancelJob(ledger, job.tenant, job.id);
        return;
      case 'retry':
        if (job) await retryJob(ledger, job.tenant, job.id);
        return;
      case 'delete': {
        const recording = of(world.store.rows('recording'), pick);
        if (recording && pick % 4 === 3) await requestDeletion(ledger, recording.tenant, recording.id);
        return;
      }
      case 'admit':
        for (const work of await admitJobs(ledger, 'small', 1 + (pick % 3))) {
          queue.push(work);
          if (pick % 4) await markDispatched(ledger, work, 'queue');
        }
        return;
      case 'mark': {
        const work = of(queue, pick);
        if (work) await markDispatched(ledger, work, 'queue');
        return;
      }
      case 'forget': {
        const work = of(queue, pick);
        if (work && pick % 3 === 0) drop(queue, work);
        return;
      }
      case 'sweep':
        await sweepDue(sweep);
        return;
      case 'relay':
        await relayOutbox(ledger, async ({ id }) => void told.set(id, (told.get(id) ?? 0) + 1));
        return;
      case 'wait':
        world.clock.advance([1, 6, 31, 61, 301][pick % 5] ?? 1);
        return;
      case 'claim': {
        const work = of(queue, pick);
        if (!work) return;
        const claim = await claimRange(
          ledger,
          { ...work, range: 0 },
          `worker-${actor}-${world.ledger.newId()}`,
        );
        if (pick % 3 || queue.length > 5) drop(queue, work);
        if (claim.outcome === 'claimed') mine.push(claim.lease);
        return;
      }
      case 'beat':
        if (lease && (await heartbeat(ledger, lease, progress)) === 'lost') drop(mine, lease);
        return;
      case 'commit': {
        const held = lease && jobs().find(({ id }) => id === lease.jobId);
        if (!lease || !held) return;
        const place = `${resultOf(lease).prefix}manifest.json`;
        world.objects.put(place, 10, 'result');
        const answer = await commitResult(ledger, lease, held.recordingId, resultOf(lease));
        if (answer === 'committed') commits.push(lease);
        if (answer !== 'cancel-requested') drop(mine, lease);
        return;
      }
      case 'fail':
      case 'crash-file':
      case 'bad-file': {
        const kind = verb === 'fail' ? 'transient' : verb === 'bad-file' ? 'invalid_input' : 'crash';
        if (!lease) return;
        await failRange(ledger, lease, failureOf(kind));
        drop(mine, lease);
        return;
      }
      case 'release':
        if (!lease) return;
        await releaseRange(ledger, lease);
        drop(mine, lease);
        return;
      case 'acknowledge':
        if (lease && (await heartbeat(ledger, lease, progress)) === 'cancel-requested') {
          await acknowledgeCancel(ledger, lease);
          drop(mine, lease);
        }
        return;
      case 'die':
        if (lease && pick % 4 === 3) drop(mine, lease);
        return;
    }
  }

  return {
    told,
    commits,
    async take(step) {
      try {
        await act(step);
      } catch (error) {
        const isExpected = error instanceof StoreUnavailable || error instanceof WriteConflict;
        if (!isExpected) throw error;
      }
    },
    async settle() {
      for (let round = 0; round < 400; round++) {
        world.clock.advance(round % 10 === 9 ? 400 : 31);
        for (const sweep of sweeps) await sweepDue(sweep);
        for (const work of await admitJobs(ledger, 'small', 100)) queue.push(work);
        for (const work of queue.splice(0)) {
          const claim = await claimRange(ledger, { ...work, range: 0 }, `settler-${round}`);
          if (claim.outcome !== 'claimed') continue;
          world.objects.put(`${resultOf(claim.lease).prefix}manifest.json`, 10, 'result');
          await commitResult(ledger, claim.lease, claim.job.recordingId, resultOf(claim.lease));
        }
        const isOpen = world.store.items().some(({ indexes, data }) => {
          const { kind } = data as { kind: string };
          return kind === 'range' || kind === 'job' ? indexes.due !== undefined : false;
        });
        if (!isOpen && round % 10 === 9) break;
      }
      // Uploads expire after a week, tombstones are looked at again after a day.
      for (let week = 0; week < 4; week++) {
        world.clock.advance(5 * 86_400);
        for (const sweep of sweeps) await sweepDue(sweep);
        for (const work of await admitJobs(ledger, 'small', 100)) {
          const claim = await claimRange(ledger, { ...work, range: 0 }, `settler-${week}`);
          if (claim.outcome === 'claimed')
            await commitResult(ledger, claim.lease, claim.job.recordingId, resultOf(claim.lease));
        }
      }
      await relayOutbox(ledger, async ({ id }) => void told.set(id, (told.get(id) ?? 0) + 1));
    },
  };
}
