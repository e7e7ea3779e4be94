import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Upload } from '@edf-pipeline/contracts';
import { defaultPriceTable, pricesOf } from '@edf-pipeline/contracts';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import type { Ledger, LedgerStore, OutboxRow } from '@edf-pipeline/ledger';
import {
  admitJobs,
  claimRange,
  commitResult,
  defaultLedgerSettings,
  readJob,
  readMachineClient,
  resultPrefix,
} from '@edf-pipeline/ledger';
import { createMemoryLedgerStore } from '@edf-pipeline/ledger/memory';
import { createHealth, createLogger, createUlidFactory } from '@edf-pipeline/service';
import type { MemoryStore } from '@edf-pipeline/storage/memory';
import { createMemoryStore } from '@edf-pipeline/storage/memory';
import { createTokenVerifier } from '../access-token.ts';
import { createGateway } from '../app.ts';
import type { ChangeSignal } from '../change-feed.ts';
import { createCursors } from '../cursor.ts';
import type { GatewayDeps, GatewaySettings } from '../deps.ts';
import { createFileNameSeal } from '../file-name-seal.ts';
import { createKeySet } from '../key-set.ts';
import { createWebhooks } from '../webhooks.ts';
import { createQuotas } from '../quotas.ts';
import { createRateLimits } from '../rate-limits.ts';
import type { RateLimitOptions } from '../rate-limits.ts';
import { edfFile, sha256 } from './edf-file.ts';
import type { TestIssuer } from './issuer.ts';
import { CLIENT_ID, ISSUER, createTestIssuer } from './issuer.ts';
import { createMachineClients } from '../machine-clients.ts';
import type { SettableClock } from './settable-clock.ts';
import { createSettableClock } from './settable-clock.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of any route: the test says what it expects
  readonly body: any;
}

export interface Ask {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A gateway on memory adapters behind a real server, with clock and signals in the hands of the test. */
export interface World {
  readonly clock: SettableClock;
  readonly ledger: Ledger;
  readonly store: MemoryStore;
  readonly deps: GatewayDeps;
  readonly issuer: TestIssuer;
  readonly url: string;
  readonly log: () => string;
  /** By acme's user, unless a token (or null for none) is given. */
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly settings?: Partial<GatewaySettings>;
  readonly store?: (store: MemoryStore) => MemoryStore;
  readonly ledgerStore?: (store: LedgerStore) => LedgerStore;
  readonly changes?: (clock: SettableClock) => ChangeSignal;
  readonly deps?: Partial<GatewayDeps>;
}

/** Limits that no test reaches without wanting to. */
export const generousRates = (change: Partial<RateLimitOptions> = {}) =>
  createRateLimits({
    tenant: { units: 1_000_000, windowSeconds: 10 },
    subject: { units: 1_000_000, windowSeconds: 10 },
    address: { units: 1_000_000, windowSeconds: 60 },
    redis: null,
    ...change,
  });

/** Time passes for those who wait, at once. */
export const instantWaits = (clock: SettableClock): ChangeSignal => ({
  wait: async (seconds) => clock.advance(seconds),
});

// One key pair for all worlds of a test file: making one takes a while.
let issuing: Promise<TestIssuer> | undefined;
let issuerClock: SettableClock = createSettableClock();

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = createSettableClock();
  issuerClock = clock;
  issuing ??= createTestIssuer(() => issuerClock.now());
  const issuer = await issuing;
  const ledgerStore = createMemoryLedgerStore();
  const ledger: Ledger = {
    store: options.ledgerStore?.(ledgerStore) ?? ledgerStore,
    settings: defaultLedgerSettings,
    clock: clock.now,
    newId: createUlidFactory(clock.now),
    random: () => 0.5,
  };
  const memoryStore = createMemoryStore({ clock: clock.now });
  const store = options.store?.(memoryStore) ?? memoryStore;
  const lines: string[] = [];
  const health = createHealth();
  health.setReady(true);
  const prices = pricesOf(defaultPriceTable, 'us-east-1');
  const deps: GatewayDeps = {
    ledger,
    store,
    seal: createFileNameSeal(Buffer.alloc(32, 1)),
    cursors: createCursors(Buffer.alloc(32, 2)),
    webhooks: createWebhooks(Buffer.alloc(32, 3), ['http://127.0.0.1:*']),
    changes: (options.changes ?? instantWaits)(clock),
    logger: createLogger({ name: 'gateway', level: 'debug' }, { write: (line) => void lines.push(line) }),
    health,
    verify: createTokenVerifier({
      issuer: ISSUER,
      clientIds: [CLIENT_ID],
      clock: clock.now,
      keys: createKeySet({ fetchKeys: async () => issuer.jwks, clock: clock.now }),
      machineClient: createMachineClients({
        lookUp: (id) => readMachineClient(ledger, id),
        clock: clock.now,
      }),
    }),
    poolFor: () => 'small',
    rates: generousRates(),
    quotas: createQuotas({ ledger, prices }),
    prices,
    settings: {
      signatureSeconds: 900,
      completeSeconds: 5,
      feedSettleMs: 5,
      ...options.settings,
    },
    ...options.deps,
  };
  const server = createServer(createGateway(deps));
  const url = await listening(server);
  const world: World = {
    clock,
    ledger,
    store: memoryStore,
    deps,
    issuer,
    url,
    log: () => lines.join(''),
    ask: async (method, path, { token, body, headers, signal } = {}) => {
      const bearer = token === undefined ? await issuer.token() : token;
      const response = await fetch(url + path, {
        method,
        signal,
        headers: {
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : undefined,
      };
    },
    close: () => closed(server),
  };
  return world;
}

export async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function closed(server: Server): Promise<void> {
  const done = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await done;
}

let keys = 0;
export const newKey = () => ({ 'idempotency-key': `key-${++keys}` });

/** Announces a file; answers the upload. */
export async function announced(
  world: World,
  file: Uint8Array,
  change: Record<string, unknown> = {},
  token?: string,
): Promise<Upload> {
  const body = { fileName: 'night.edf', byteLength: file.length, ...change };
  const answer = await world.ask('POST', '/v1/uploads', { token, headers: newKey(), body });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
}

/** Signs and sends all parts, as a client does. */
export async function sent(world: World, upload: Upload, file: Uint8Array, token?: string): Promise<void> {
  const ranges = partRangesFor(file.length);
  const parts = ranges.map(({ partNumber, start, end }) => ({
    partNumber,
    checksumSha256: sha256(file.subarray(start, end)),
  }));
  const signed = await world.ask('POST', `/v1/uploads/${upload.id}/parts`, { token, body: { parts } });
  for (const [index, request] of signed.body.parts.entries()) {
    const { start, end } = ranges[index] ?? { start: 0, end: 0 };
    const answer = await world.store.send(request, file.subarray(start, end));
    if (answer.status !== 200) throw new Error(String(answer.status));
  }
}

/** A whole upload; answers it completed. */
export async function uploaded(
  world: World,
  file: Uint8Array = edfFile(),
  change: Record<string, unknown> = {},
  token?: string,
): Promise<Upload> {
  const upload = await announced(world, file, change, token);
  await sent(world, upload, file, token);
  const answer = await world.ask('POST', `/v1/uploads/${upload.id}/complete`, { token });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
}

/** A job that has run: its result holds one file. */
export async function processed(world: World, upload: Upload, tenant = 'acme'): Promise<void> {
  const job = (await admitJobs(world.ledger, 'small', 10)).find(({ jobId }) => jobId === upload.jobId);
  const claimed = job && (await claimRange(world.ledger, { ...job, range: 0 }, 'worker'));
  if (claimed?.outcome !== 'claimed') throw new Error('could not be claimed');
  const { lease } = claimed;
  const prefix = resultPrefix(tenant, upload.jobId, lease.epoch);
  const report = Buffer.from('{}');
  await world.store.write(`${prefix}report.json`, report, { contentType: 'application/json' });
  const manifest = {
    schemaVersion: 1,
    pipeline: 'default@1',
    parametersHash: 'p',
    codeVersion: '1',
    source: { byteLength: upload.byteLength, contentId: claimed.job.source.contentId },
    files: [
      {
        name: 'report.json',
        schemaVersion: 1,
        contentType: 'application/json',
        byteLength: report.length,
        sha256: 'ab',
      },
    ],
  };
  await world.store.write(`${prefix}manifest.json`, Buffer.from(JSON.stringify(manifest)), {
    contentType: 'application/json',
  });
  const result = { epoch: lease.epoch, prefix, manifestSha256: 'm' };
  const facts = { variant: 'EDF+C' as const, signalCount: 3, durationSeconds: 28_800, findingCount: 2 };
  await commitResult(world.ledger, lease, upload.recordingId, result, undefined, undefined, facts);
  if ((await readJob(world.ledger, tenant, upload.jobId))?.row.status !== 'succeeded')
    throw new Error('has not succeeded');
}

/** What has been announced to the outside. */
export async function announcedEvents(world: World): Promise<OutboxRow[]> {
  const shards = await Promise.all(
    [0, 1, 2, 3].map((shard) =>
      world.ledger.store.query({ index: 'primary', partition: `OUTBOX#${shard}`, limit: 100 }),
    ),
  );
  return shards.flat().map(({ data }) => data as OutboxRow);
}

/** Audit records of a tenant, oldest first: what was done to what. */
export async function audited(
  world: World,
  tenant = 'acme',
): Promise<{ action: string; objectId: string; subject: string; from: string }[]> {
  const day = world.clock.now().toISOString().slice(0, 10);
  const items = await world.ledger.store.query({
    index: 'primary',
    partition: `T#${tenant}#AUDIT#${day}`,
    limit: 1_000,
  });
  return items.map(({ data }) => data as { action: string; objectId: string; subject: string; from: string });
}

/** A token of an operator, who belongs to a tenant of operators. */
export const operatorToken = (world: World, claims: Record<string, unknown> = {}) =>
  world.issuer.token({
    claims: { sub: 'op-1', 'cognito:groups': ['tenant:operators', 'role:operator'], ...claims },
  });
