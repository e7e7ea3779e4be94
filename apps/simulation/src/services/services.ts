import type { Item, UploadRow } from '@edf-pipeline/ledger';
import { isUploadEnded, parseSourceKey } from '@edf-pipeline/ledger';
import type { History } from '../history.ts';
import type { Random } from '../random.ts';
import { WORLD_BEGIN } from '../sim-process.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { EventService } from './event-service.ts';
import { createEventService } from './event-service.ts';
import type { ExecutorService, ExecutorSettings } from './executor-service.ts';
import { createExecutorService } from './executor-service.ts';
import type { LedgerService } from './ledger-service.ts';
import { createLedgerService, frozen } from './ledger-service.ts';
import type { ObjectService } from './object-service.ts';
import { createObjectService } from './object-service.ts';

export const BUCKET = 'recordings';

interface Actor {
  readonly by: string;
  readonly for: string | null;
}

/** Everything outside the processes: it survives them all. */
export interface Services {
  readonly time: VirtualTime;
  readonly history: History;
  readonly ledger: LedgerService;
  readonly objects: ObjectService;
  readonly executor: ExecutorService;
  readonly events: EventService;
  /** Whatever changes in `act` is put down to the actor. */
  as<T>(actor: Actor, act: () => T): T;
  noteObject(op: 'read' | 'put' | 'delete', key: string): void;
}

export interface ServicesOptions {
  readonly time: VirtualTime;
  readonly history: History;
  readonly random: Random;
  readonly executor: ExecutorSettings;
  /** How long an index lags behind a write, in milliseconds. */
  readonly indexLagMs: () => number;
  /** When the notifications of an object's creation arrive, in milliseconds each: none, one or several. */
  readonly notifyAfterMs: () => readonly number[];
}

export function createServices(options: ServicesOptions): Services {
  const { time, history } = options;
  const world: Actor = { by: 'world', for: null };
  let actor = world;
  const ids = createCounter();

  const events = createEventService(time, (body) =>
    history.add({ kind: 'forgot', at: time.now(), by: actor.by, unsettled: unsettledIn(body) }),
  );
  const objects = createObjectService({
    clock: () => new Date(WORLD_BEGIN + time.now()),
    newId: () => ids('v'),
    onCreated({ key, versionId }) {
      if (!key.startsWith('source/')) return;
      for (const delay of options.notifyAfterMs()) events.send(notificationOf(key, versionId), delay);
    },
  });
  const ledger = createLedgerService({
    keep: frozen,
    propagate: createPropagation(time, options.indexLagMs),
    onWrite: (changes) => history.add({ kind: 'write', at: time.now(), ...actor, changes }),
  });

  /** Uploads in a notification whose fate was not yet durable when it was forgotten. */
  function unsettledIn(body: string): string[] {
    const notification = JSON.parse(body) as { Records?: { s3: { object: { key: string } } }[] };
    return (notification.Records ?? []).flatMap(({ s3 }) => {
      const named = parseSourceKey(decodeURIComponent(s3.object.key));
      const key = named && { pk: `T#${named.tenant}#UPL#${named.uploadId}`, sk: 'UPL' };
      const item: Item | null = key ? ledger.get(key) : null;
      return item && !isUploadEnded(item.data as UploadRow) ? [decodeURIComponent(s3.object.key)] : [];
    });
  }

  return {
    time,
    history,
    ledger,
    objects,
    events,
    executor: createExecutorService(time, options.executor),
    as(next, act) {
      const previous = actor;
      actor = next;
      try {
        return act();
      } finally {
        actor = previous;
      }
    },
    noteObject: (op, key) => history.add({ kind: 'object', at: time.now(), ...actor, op, key }),
  };
}

export function notificationOf(key: string, versionId: string, bucket = BUCKET): string {
  const object = { key: encodeURIComponent(key), versionId };
  const record = {
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: bucket }, object },
  };
  return JSON.stringify({ Records: [record] });
}

function createCounter() {
  let count = 0;
  return (prefix: string) => `${prefix}${++count}`;
}

/** An item's updates reach its indexes in the order they were made, each some time after it. */
function createPropagation(time: VirtualTime, lagMs: () => number) {
  const readyAt = new Map<string, number>();
  return (address: string, update: () => void) => {
    const at = Math.max(time.now() + lagMs(), readyAt.get(address) ?? 0);
    if (at <= time.now()) return update();
    readyAt.set(address, at);
    time.after(at - time.now(), update);
  };
}
