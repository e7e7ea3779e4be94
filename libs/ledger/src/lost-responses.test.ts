import { admitJobs } from './admit.ts';
import { cancelJob, forceCancel } from './cancel.ts';
import { claimRange } from './claim.ts';
import { claimDelivery } from './claim-delivery.ts';
import { cleanUpUpload } from './clean-up-upload.ts';
import { commitResult } from './commit.ts';
import { createUpload } from './create-upload.ts';
import { continueDeletion, requestDeletion } from './delete-recording.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { loseDispatch, markDispatched } from './dispatch.ts';
import { enableWebhook } from './enable-webhook.ts';
import { endDelivery } from './end-delivery.ts';
import { acknowledgeCancel, failRange } from './fail.ts';
import { endUpload } from './end-upload.ts';
import { finalizeUpload } from './finalize-upload.ts';
import { heartbeat } from './heartbeat.ts';
import type { LedgerStore, Write } from './ledger-store.ts';
import { StoreUnavailable, WriteConflict } from './ledger-store.ts';
import { loseLease } from './lose-lease.ts';
import { createMemoryLedgerStore } from './memory-store.ts';
import { writePolicy } from './policy.ts';
import { relayToWebhooks } from './relay-to-webhooks.ts';
import { releaseRange } from './release.ts';
import { retryJob } from './retry.ts';
import { rotateWebhookSecret } from './rotate-webhook-secret.ts';
import type { OutboxRow } from './rows.ts';
import { countSeenEvent } from './seen-event.ts';
import {
  accepted,
  created,
  dispatched,
  newUpload,
  rangeNow,
  recordingNow,
  resultOf,
  running,
  sendBytes,
  uploadNow,
} from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { createWorld } from './test-support/world.ts';
import { endpoint, inHand, onItsWay, originOf, refused, taken } from './test-support/webhook-scenes.ts';
import { touchUpload } from './touch-upload.ts';
import { createTenant, mapMachineClient, unmapMachineClient } from './tenants.ts';
import { endBackoff, expireJob, timeOutJob } from './wake-job.ts';

const progress = { stage: 'writing', doneBytes: 5, totalBytes: 10 } as const;
const transient = { class: 'transient', code: 'network', message: 'M.' } as const;
const invalid = { class: 'invalid_input', code: 'bad', message: 'M.' } as const;
/** Sets the scene without faults, and answers the one call that meets them. */
type Scene = (world: World) => Promise<() => Promise<unknown>>;

const webhookId = `whk_${originOf(1)}`;
let count = 0;
const nextUpload = () => ({
  uploadId: `upl_000000000000000000ZZ${String(++count).padStart(4, '0')}`,
  keyHash: `k${count}`,
  requestHash: 'r',
});

const scenes: Record<string, Scene> = {
  createUpload: async (world) => {
    const input = newUpload(world, nextUpload());
    return () => createUpload(world.ledger, input);
  },
  touchUpload: async (world) => {
    const { id } = await created(world, { ...nextUpload(), byteLength: 70_000_000 });
    return () => touchUpload(world.ledger, 'acme', id);
  },
  finalizeUpload: async (world) => {
    const upload = await created(world, { ...nextUpload(), byteLength: 70_000_000 });
    sendBytes(world, upload);
    return () => finalizeUpload(world.deps, 'acme', upload.id, true);
  },
  'finalizeUpload of a duplicate': async (world) => {
    await accepted(world, nextUpload(), 'same');
    const upload = await created(world, nextUpload());
    sendBytes(world, upload, 'same');
    return () => finalizeUpload(world.deps, 'acme', upload.id, true);
  },
  endUpload: async (world) => {
    const { id } = await created(world, nextUpload());
    return () => endUpload(world.ledger, 'acme', id, 'rejected', 'size-mismatch');
  },
  cleanUpUpload: async (world) => {
    const { id } = await created(world, nextUpload());
    await endUpload(world.ledger, 'acme', id, 'aborted', null);
    return () => cleanUpUpload(world.ledger, world.objects, uploadNow(world, id));
  },
  countSeenEvent: async (world) => () => countSeenEvent(world.ledger, 'key', 'v1'),
  writePolicy: async (world) => () => writePolicy(world.ledger, 'acme', { weight: 2 }),
  createTenant: async (world) => () =>
    createTenant(world.ledger, { tenant: 'acme', policy: { weight: 2 }, machineClient }),
  mapMachineClient: async (world) => {
    await createTenant(world.ledger, { tenant: 'acme', policy: {}, machineClient: null });
    return () => mapMachineClient(world.ledger, 'acme', 'client-1', ['member']);
  },
  unmapMachineClient: async (world) => {
    await createTenant(world.ledger, { tenant: 'acme', policy: {}, machineClient });
    return () => unmapMachineClient(world.ledger, 'acme', 'client-1');
  },
  admitJobs: async (world) => {
    await accepted(world, nextUpload());
    return () => admitJobs(world.ledger, 'small', 1);
  },
  markDispatched: async (world) => {
    const { work } = await dispatched(world, nextUpload());
    return () => markDispatched(world.ledger, work, 'e');
  },
  loseDispatch: async (world) => {
    const { work } = await dispatched(world, nextUpload());
    return () => loseDispatch(world.ledger, work, true);
  },
  claimRange: async (world) => {
    const { work } = await dispatched(world, nextUpload());
    return () => claimRange(world.ledger, { ...work, range: 0 }, 'w');
  },
  heartbeat: async (world) => {
    const { lease } = await running(world, nextUpload());
    return () => heartbeat(world.ledger, lease, progress);
  },
  commitResult: async (world) => {
    const { lease, recordingId } = await running(world, nextUpload());
    return () => commitResult(world.ledger, lease, recordingId, resultOf(lease));
  },
  failRange: async (world) => {
    const { lease } = await running(world, nextUpload());
    return () => failRange(world.ledger, lease, transient);
  },
  releaseRange: async (world) => {
    const { lease } = await running(world, nextUpload());
    return () => releaseRange(world.ledger, lease);
  },
  loseLease: async (world) => {
    const { jobId } = await running(world, nextUpload());
    return () => loseLease(world.ledger, rangeNow(world, jobId), { ...transient, class: 'crash' });
  },
  cancelJob: async (world) => {
    const { jobId } = await running(world, nextUpload());
    return () => cancelJob(world.ledger, 'acme', jobId);
  },
  forceCancel: async (world) => {
    const { jobId } = await running(world, nextUpload());
    await cancelJob(world.ledger, 'acme', jobId);
    world.clock.advance(61);
    return () => forceCancel(world.ledger, 'acme', jobId);
  },
  acknowledgeCancel: async (world) => {
    const { lease, jobId } = await running(world, nextUpload());
    await cancelJob(world.ledger, 'acme', jobId);
    return () => acknowledgeCancel(world.ledger, lease);
  },
  retryJob: async (world) => {
    const { lease, jobId } = await running(world, nextUpload());
    await failRange(world.ledger, lease, invalid);
    return () => retryJob(world.ledger, 'acme', jobId);
  },
  endBackoff: async (world) => {
    const { lease, jobId } = await running(world, nextUpload());
    await failRange(world.ledger, lease, transient);
    world.clock.advance(6);
    return () => endBackoff(world.ledger, 'acme', jobId);
  },
  expireJob: async (world) => {
    const { jobId } = await accepted(world, nextUpload());
    world.clock.advance(15 * 86_400);
    return () => expireJob(world.ledger, 'acme', jobId);
  },
  timeOutJob: async (world) => {
    const { jobId } = await running(world, nextUpload());
    world.clock.advance(86_401);
    return () => timeOutJob(world.ledger, 'acme', jobId);
  },
  requestDeletion: async (world) => {
    const { recordingId } = await accepted(world, nextUpload());
    return () => requestDeletion(world.ledger, 'acme', recordingId);
  },
  continueDeletion: async (world) => {
    const { recordingId } = await accepted(world, nextUpload());
    await requestDeletion(world.ledger, 'acme', recordingId);
    return () => continueDeletion(world.ledger, world.objects, recordingNow(world, recordingId));
  },
  createWebhook: async (world) => () => endpoint(world, { id: webhookId }),
  deleteWebhook: async (world) => {
    await endpoint(world, { id: webhookId });
    await endpoint(world, { id: `${webhookId.slice(0, -1)}7` });
    return () => deleteWebhook(world.ledger, 'acme', webhookId);
  },
  rotateWebhookSecret: async (world) => {
    await endpoint(world, { id: webhookId });
    return () => rotateWebhookSecret(world.ledger, 'acme', webhookId, 'sealed-2');
  },
  enableWebhook: async (world) => {
    const delivery = await inHand(world, await onItsWay(world, await endpoint(world, { id: webhookId }), 1));
    await endDelivery(world.ledger, delivery, { status: 410, error: 'status' });
    return () => enableWebhook(world.ledger, 'acme', webhookId);
  },
  createDelivery: async (world) => {
    const webhook = await endpoint(world, { id: webhookId });
    return () => onItsWay(world, webhook, 1);
  },
  relayToWebhooks: async (world) => {
    await endpoint(world, { id: webhookId });
    await accepted(world, nextUpload());
    const [entry] = world.store.announced as [OutboxRow];
    return () => relayToWebhooks(world.ledger, { ...entry, id: originOf(1) });
  },
  claimDelivery: async (world) => {
    const delivery = await onItsWay(world, await endpoint(world, { id: webhookId }), 1);
    return () => claimDelivery(world.ledger, delivery);
  },
  'claimDelivery for an endpoint that is gone': async (world) => {
    const delivery = await onItsWay(world, await endpoint(world, { id: webhookId }), 1);
    await deleteWebhook(world.ledger, 'acme', webhookId);
    return () => claimDelivery(world.ledger, delivery);
  },
  'endDelivery that succeeded': async (world) => {
    const delivery = await inHand(world, await onItsWay(world, await endpoint(world, { id: webhookId }), 1));
    return () => endDelivery(world.ledger, delivery, taken);
  },
  'endDelivery that failed': async (world) => {
    const delivery = await inHand(world, await onItsWay(world, await endpoint(world, { id: webhookId }), 1));
    return () => endDelivery(world.ledger, delivery, refused);
  },
};

const machineClient = { clientId: 'client-1', roles: ['member'] };

type Fault = 'lost request' | 'lost response' | 'late request' | 'conflict that was none';

/** Each of the first `times` writes of a call meets the fault. */
function disturbing(store: LedgerStore, fault: Fault, times: number): LedgerStore {
  let left = times;
  let late: (readonly Write[])[] = [];
  const unavailable = () => new StoreUnavailable('store-unavailable', 'no answer');
  return {
    get: (key) => store.get(key),
    query: (query) => store.query(query),
    async write(writes) {
      // What was late arrives just before the next try.
      for (const each of late.splice(0)) await store.write(each);
      if (left === 0) return store.write(writes);
      left -= 1;
      if (fault === 'conflict that was none') throw new WriteConflict({ pk: 'x', sk: 'x' });
      if (fault === 'late request') late = [writes];
      if (fault === 'lost response') await store.write(writes);
      throw unavailable();
    },
  };
}

/** What is left, but for the ids that each try makes anew. */
const stateOf = (world: World) =>
  world.store
    .items()
    .filter(({ pk, sk }) => sk.length < 20 || pk.endsWith('#WEBHOOKS'))
    .map((item) => ({ ...item, writer: '' }))
    .sort((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1));

async function play(scene: Scene, disturb?: (store: LedgerStore) => LedgerStore) {
  count = 0;
  let isDisturbed = false;
  let disturbed: LedgerStore | undefined;
  const world = createWorld(createMemoryLedgerStore(), {
    random: () => 0.5,
    disturb: (store) => {
      disturbed = disturb?.(store);
      const current = () => (isDisturbed && disturbed ? disturbed : store);
      return {
        get: (key) => current().get(key),
        query: (query) => current().query(query),
        write: (writes) => current().write(writes),
      };
    },
  });
  const call = await scene(world);
  isDisturbed = true;
  const answer = await call();
  world.store.assertRules();
  const announced = world.store.announced.map(({ type, objectId }) => `${type} ${objectId}`);
  return { answer, announced, state: stateOf(world) };
}

describe.each(Object.keys(scenes))('%s', (verb) => {
  const scene = scenes[verb] as Scene;
  it.each<[Fault, number]>([
    ['lost request', 1],
    ['lost request', 3],
    ['lost response', 1],
    ['late request', 1],
    ['conflict that was none', 1],
    ['conflict that was none', 5],
  ])('has the same answer and leaves the same behind after a %s (%d)', async (fault, times) => {
    const calm = await play(scene);
    const disturbed = await play(scene, (store) => disturbing(store, fault, times));
    expect(calm.state.length).toBeGreaterThan(0);
    expect(disturbed).toEqual(calm);
  });

  it('passes it on when the store stays silent, and has changed nothing', async () => {
    const silent = play(scene, (store) => disturbing(store, 'lost request', Number.POSITIVE_INFINITY));
    await expect(silent).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('a write whose response was lost', () => {
  it('is known by what else it wrote when others have changed the row since', async () => {
    const world = createWorld(createMemoryLedgerStore());
    const { jobId } = await accepted(world);
    world.clock.advance(15 * 86_400);
    const store: LedgerStore = {
      ...world.ledger.store,
      write: async (writes) => {
        await world.store.write(writes);
        await retryJob(world.ledger, 'acme', jobId);
        throw new StoreUnavailable('store-unavailable', 'no answer');
      },
    };
    expect(await expireJob({ ...world.ledger, store }, 'acme', jobId)).toBe(true);
    expect(world.store.announced.map(({ type }) => type)).toEqual(['upload.completed', 'job.expired']);
  });
});

describe('a call that is told to stop', () => {
  it('stops at its next write, and tries no more', async () => {
    const world = createWorld(createMemoryLedgerStore());
    const { jobId } = await accepted(world);
    const stop = new AbortController();
    const store: LedgerStore = {
      ...world.ledger.store,
      write: async () => {
        stop.abort(new Error('shutting down'));
        throw new StoreUnavailable('store-unavailable', 'no answer');
      },
    };
    const canceling = cancelJob({ ...world.ledger, store }, 'acme', jobId, stop.signal);
    await expect(canceling).rejects.toThrow('shutting down');
  });
});
