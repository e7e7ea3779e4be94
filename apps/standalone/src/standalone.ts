import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Dispatcher, DispatcherDeps } from '@edf-pipeline/dispatcher';
import { acceptObject, createWebhookSender, recover, startDispatcher } from '@edf-pipeline/dispatcher';
import { createChangeSignal } from '@edf-pipeline/gateway';
import { createInProcessQueue } from '@edf-pipeline/jobs/in-process';
import type { Ledger } from '@edf-pipeline/ledger';
import {
  createLeaseObserver,
  createRouting,
  createTenant,
  defaultLedgerSettings,
  onePool,
  writePolicy,
} from '@edf-pipeline/ledger';
import { openSqliteLedgerStore } from '@edf-pipeline/ledger/sqlite';
import { createAnalysisPool, processWork } from '@edf-pipeline/processor';
import type { Logger } from '@edf-pipeline/service';
import {
  createHealth,
  createOutboundGuard,
  createUlidFactory,
  createWebhookSeal,
  repeat,
  runShutdown,
} from '@edf-pipeline/service';
import { createFileStore } from '@edf-pipeline/storage/file';
import type { StandaloneConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { endUnknownUploads } from './end-unknown-uploads.ts';
import { createHttpApp } from './http-app.ts';
import { keepCliToken } from './cli-token.ts';
import { LOCAL_TENANT, openLocalIssuer } from './local-issuer.ts';
import { leavesDue, observedStore } from './observed-store.ts';

export interface Standalone {
  readonly url: string;
  /** Access token of this machine's user. */
  token(): Promise<string>;
  /** Stops taking work, gives back what runs, ends; answers whether all went in time. */
  close(): Promise<boolean>;
}

/** How often rows whose time has passed (idempotency records, old audit) are dropped. */
const EXPIRY_SECONDS = 600;

const clock = () => new Date();
const monotonicSeconds = () => performance.now() / 1000;

/** The whole product in this process: gateway, dispatcher and processor on the embedded adapters. */
export async function startStandalone(config: StandaloneConfig, logger: Logger): Promise<Standalone> {
  const folder = openDataFolder(config.dataFolder);
  const newId = createUlidFactory(clock);
  const incarnation = newId();
  const health = createHealth();
  const changes = createChangeSignal();
  // Large parts over slow lines take longer than Node's five minutes; the store cuts requests that stand still.
  const server = createServer({ requestTimeout: 0 });
  const port = () => (server.address() as AddressInfo).port;
  const url = () => `http://127.0.0.1:${port()}`;

  // Not there yet while what an earlier process left is being recovered.
  let dispatcher: Dispatcher | undefined;

  const sqlite = openSqliteLedgerStore(folder.ledger);
  const ledger: Ledger = {
    store: observedStore(sqlite, (writes) => {
      changes.notify();
      dispatcher?.wake();
      if (leavesDue(writes, clock().toISOString())) dispatcher?.wakeSweep();
    }),
    settings: { ...defaultLedgerSettings, leaseSeconds: config.leaseSeconds },
    clock,
    newId,
    random: Math.random,
  };
  const store = createFileStore({
    root: folder.objects,
    publicUrl: url,
    signingKey: folder.secrets.urlSigningKey,
    clock,
    freeBytesReserve: config.freeBytesReserve,
  });
  await store.recover();
  await endUnknownUploads(ledger, store);
  await createTenant(ledger, { tenant: LOCAL_TENANT, policy: {}, machineClient: null });
  await writePolicy(ledger, LOCAL_TENANT, {
    maxFileBytes: config.maxFileBytes,
    maxRunningJobs: config.workers * 2,
  });

  const pool = createAnalysisPool({
    storage: { kind: 'file', root: folder.objects, freeBytesReserve: config.freeBytesReserve },
    heapMegabytes: config.workerHeapMegabytes,
    stopSeconds: 5,
  });
  const owner = `standalone:${incarnation}`;
  const queue = createInProcessQueue({
    incarnation,
    concurrency: config.workers,
    lookahead: config.workers,
    run: async (work, signal) => {
      const memoryMegabytes = config.workerHeapMegabytes;
      const deps = { ledger, store, analyse: pool.analyse, owner, logger, monotonicSeconds, memoryMegabytes };
      const { heartbeatSeconds, maxFileBytes } = config;
      await processWork({ ...deps, heartbeatSeconds, maxInflatedBytes: maxFileBytes }, work, signal);
    },
    onError: (error, { jobId }) =>
      logger.error('An attempt could not be brought to an end; its lease runs out', { jobId, error }),
    onFree: () => dispatcher?.wake(),
  });

  const { webhookTrustedOrigins } = config;
  const webhooks = createWebhookSender({
    ledger,
    seal: createWebhookSeal(folder.secrets.webhookKey),
    guard: createOutboundGuard({ trustedOrigins: webhookTrustedOrigins }),
    logger,
  });
  const dispatcherDeps: DispatcherDeps = {
    ledger,
    objects: store,
    poolFor,
    queues: { small: queue },
    observer: createLeaseObserver(config.leaseSeconds, monotonicSeconds),
    logger,
    deliver: async (entry) => {
      await webhooks.tell(entry);
      changes.notify();
    },
    webhooks,
    settings: { admitSeconds: 1, sweepSeconds: config.sweepSeconds, relaySeconds: 5 },
  };
  // This folder has one process: whatever an earlier one had in hand is free to be taken.
  await recover(dispatcherDeps, (ownerOrExecutor) => !ownerOrExecutor.includes(incarnation));
  dispatcher = startDispatcher(dispatcherDeps);
  store.onObjectCreated(({ key, versionId }) => {
    if (!key.startsWith('source/')) return;
    acceptObject(dispatcherDeps, { key, versionId }).catch((error: unknown) =>
      logger.warn('An object event could not be acted on; the sweep will', { error }),
    );
  });

  const expiring = repeat(
    async () => sqlite.dropExpired(clock()),
    EXPIRY_SECONDS,
    (error) => logger.warn('Expired rows could not be dropped; they are later', { error }),
  );

  const issuer = await openLocalIssuer(folder.issuerKey, clock);
  const { cursorKey, fileNameKey, webhookKey } = folder.secrets;
  server.on(
    'request',
    createHttpApp({
      ledger,
      store,
      changes,
      logger,
      health,
      issuer,
      cursorKey,
      fileNameKey,
      webhookKey,
      webhookTrustedOrigins,
      poolFor,
      port,
    }),
  );
  await listen(server, config.port);
  const cliToken = await keepCliToken({
    issuer,
    url: url(),
    tokenFile: folder.token,
    stateFolder: config.stateFolder,
    logger,
  });
  health.setReady(true);

  return {
    url: url(),
    token: async () => (await issuer.issue(LOCAL_TENANT)).accessToken,
    async close() {
      health.setReady(false);
      return runShutdown(
        [
          {
            name: 'stop admitting',
            seconds: 2,
            run: () => Promise.all([dispatcher?.stop(), expiring.stop()]).then(() => undefined),
          },
          { name: 'give work back', seconds: 6, run: () => queue.close() },
          { name: 'end connections', seconds: 2, run: () => closeServer(server) },
          { name: 'end threads', seconds: 2, run: () => pool.close() },
          { name: 'close the object store', seconds: 2, run: () => store.close() },
          {
            name: 'close the ledger',
            seconds: 2,
            run: () => {
              cliToken.remove();
              sqlite.close();
              folder.close();
            },
          },
        ],
        logger,
      );
    },
  };
}

const poolFor = createRouting(onePool);

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
