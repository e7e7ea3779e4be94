import type { SqsPollerDeps } from '@edf-pipeline/dispatcher/steps';
import type { JobQueue } from '@edf-pipeline/jobs';
import { JobQueueError } from '@edf-pipeline/jobs';
import type { Ledger, LedgerSettings, LedgerStore } from '@edf-pipeline/ledger';
import { StoreUnavailable } from '@edf-pipeline/ledger';
import type { UploadStore } from '@edf-pipeline/storage';
import { StorageError } from '@edf-pipeline/storage';
import type { Services } from './services/services.ts';
import type { Network, Service } from './network.ts';
import type { SimProcess } from './sim-process.ts';

/** What a process reaches the services through. `tenant` names whom it acts for; null when it acts for all. */
export interface PortOptions {
  readonly network: Network;
  readonly services: Services;
  readonly process: SimProcess;
  readonly tenant: string | null;
}

const ledgerAway = () => new StoreUnavailable('store-unavailable', 'the ledger did not answer');
const storeAway = () => new StorageError('storage-unavailable', 'the store did not answer');
const executorAway = () => new JobQueueError('queue-timeout', 'the executor did not answer');
const eventsAway = () => new Error('the queue of object events did not answer');

type Ask = <T>(op: string, isChange: boolean, carryOut: () => T) => Promise<T>;

function asker(options: PortOptions, service: Service, unavailable: () => Error): Ask {
  const { network, services, process, tenant } = options;
  return (op, isChange, carryOut) =>
    network.call(
      { process, service, op, isChange },
      () => services.as({ by: process.owner, for: tenant }, carryOut),
      unavailable,
    );
}

/** The ledger as a process has it: the shared rows, its own clock, ids and chance. */
export function ledgerOf(options: PortOptions, settings: LedgerSettings): Ledger {
  const { clock, newId, random } = options.process;
  return { store: ledgerPort(options), settings, clock, newId, random: random.next };
}

function ledgerPort(options: PortOptions): LedgerStore {
  const ask = asker(options, 'ledger', ledgerAway);
  const { ledger } = options.services;
  return {
    get: (key) => ask('get', false, () => ledger.get(key)),
    write: (writes, signal) =>
      signal?.aborted
        ? Promise.reject(signal.reason as Error)
        : ask('write', true, () => ledger.write(writes)),
    query: (query) => ask('query', false, () => ledger.query(query)),
  };
}

export function objectPort(options: PortOptions): UploadStore {
  const ask = asker(options, 'objects', storeAway);
  const { objects, noteObject } = options.services;
  const reading = <T>(key: string, read: () => T) =>
    ask('read', false, () => {
      noteObject('read', key);
      return read();
    });
  return {
    head: (ref) => reading(ref.key, () => objects.head(ref)),
    read: (ref, start, end) => reading(ref.key, () => objects.read(ref, start, end)),
    write(key, body, writeOptions) {
      if (!(body instanceof Uint8Array)) throw new TypeError('the simulation writes whole files');
      return ask('write', true, () => {
        noteObject('put', key);
        return objects.write(key, body, writeOptions);
      });
    },
    list: (prefix) => ask('list', false, () => ({ objects: objects.list(prefix) })),
    deleteVersions: (prefix) =>
      ask('deleteVersions', true, () => {
        noteObject('delete', prefix);
        return objects.deleteVersions(prefix);
      }),
    createMultipart: (key, contentType) =>
      ask('createMultipart', true, () => objects.createMultipart(key, contentType)),
    listParts: (key, id) => ask('listParts', false, () => objects.listParts(key, id)),
    completeMultipart: (key, id, parts, { ifAbsent }) =>
      ask('completeMultipart', true, () => {
        noteObject('put', key);
        return objects.completeMultipart(key, id, parts, ifAbsent);
      }),
    abortMultipart: (key, id) => ask('abortMultipart', true, () => objects.abortMultipart(key, id)),
    // Signing is done by the process itself and asks nobody.
    signPut: async ({ key, checksumSha256, contentType, expiresInSeconds }) =>
      objects.signPut(key, checksumSha256, contentType, expiresInSeconds),
    signPart: async ({ key, multipartId, partNumber, checksumSha256, expiresInSeconds }) =>
      objects.signPart(key, multipartId, partNumber, checksumSha256, expiresInSeconds),
    signGet: () => Promise.reject(new Error('nobody downloads in the simulation')),
  };
}

export function executorPort(options: PortOptions): JobQueue {
  const ask = asker(options, 'executor', executorAway);
  const { executor, history, time } = options.services;
  return {
    enqueue: (work) =>
      ask('enqueue', true, () => {
        const what = `enqueue ${work.jobId} ${work.dispatch}`;
        history.add({ kind: 'other', at: time.now(), by: options.process.owner, what });
        return executor.enqueue(work);
      }),
    cancel: (executorRef) => ask('cancel', true, () => executor.cancel(executorRef)),
    inspect: (executorRef) => ask('inspect', false, () => executor.inspect(executorRef)),
    demand: () => ask('demand', false, () => executor.demand()),
  };
}

/** The commands of the poller, told apart by what they carry. */
interface AnyCommand {
  readonly input: {
    readonly MaxNumberOfMessages?: number;
    readonly WaitTimeSeconds?: number;
    readonly VisibilityTimeout?: number;
    readonly ReceiptHandle?: string;
    readonly Entries?: readonly { readonly ReceiptHandle?: string }[];
  };
}

/** @param longPollSeconds how long a receive is held open when nothing comes */
export function eventsPort(options: PortOptions, longPollSeconds: () => number): SqsPollerDeps['client'] {
  const ask = asker(options, 'events', eventsAway);
  const { events } = options.services;
  const { process } = options;
  const send = async ({ input }: AnyCommand) => {
    if (input.Entries) {
      const receipts = input.Entries.map(({ ReceiptHandle }) => ReceiptHandle);
      return ask('delete', true, () => (receipts.forEach((receipt) => events.remove(receipt)), {}));
    }
    if (input.MaxNumberOfMessages === undefined) {
      const { ReceiptHandle, VisibilityTimeout = 0 } = input;
      return ask('hide', true, () => (events.hide(ReceiptHandle, VisibilityTimeout), {}));
    }
    await new Promise<void>((resolve) =>
      events.wait(longPollSeconds() * 1000, () => process.resume(resolve)),
    );
    const { MaxNumberOfMessages: max, VisibilityTimeout: visibility = 60 } = input;
    return ask('receive', false, () => ({ Messages: events.receive(max, visibility) }));
  };
  return { send } as unknown as SqsPollerDeps['client'];
}
