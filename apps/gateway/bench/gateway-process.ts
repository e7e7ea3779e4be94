// A gateway in a process of its own; its parent asks for its address, its tokens and its CPU time. Its ledger is in memory,
// or in the table of DynamoDB Local at the address it is given: `node gateway-process.ts ENDPOINT TABLE`.
import { defaultPriceTable, pricesOf } from '@edf-pipeline/contracts';
import { defaultLedgerSettings } from '@edf-pipeline/ledger';
import { createDynamodbLedgerStore, createLedgerClient } from '@edf-pipeline/ledger/dynamodb';
import { createMemoryLedgerStore } from '@edf-pipeline/ledger/memory';
import { createHealth, createLogger, createUlidFactory, serveHttp } from '@edf-pipeline/service';
import { standInClient } from '@edf-pipeline/stand-ins';
import { createMemoryStore } from '@edf-pipeline/storage/memory';
import { createGateway } from '../src/app.ts';
import { createChangeSignal } from '../src/change-signal.ts';
import { createCursors } from '../src/cursor.ts';
import { createFileNameSeal } from '../src/file-name-seal.ts';
import type { GatewayDeps } from '../src/deps.ts';
import { createKeySet } from '../src/key-set.ts';
import { createTokenVerifier } from '../src/access-token.ts';
import { createQuotas } from '../src/quotas.ts';
import { createRateLimits } from '../src/rate-limits.ts';
import { CLIENT_ID, ISSUER, createTestIssuer } from '../src/test-support/issuer.ts';

const TENANTS = 50;
const USERS_PER_TENANT = 4;

const clock = () => new Date();
const issuer = await createTestIssuer(clock);
const tokens = await Promise.all(
  Array.from({ length: TENANTS * USERS_PER_TENANT }, (_, at) =>
    issuer.tokenFor(`tenant-${at % TENANTS}`, { sub: `user-${at}` }),
  ),
);
const [, , endpoint, tableName = ''] = process.argv;
const ledger = {
  store:
    endpoint === undefined
      ? createMemoryLedgerStore()
      : createDynamodbLedgerStore({ client: createLedgerClient(standInClient(endpoint)), tableName }),
  settings: defaultLedgerSettings,
  clock,
  newId: createUlidFactory(clock),
  random: Math.random,
};
const prices = pricesOf(defaultPriceTable, 'us-east-1');
const rate = { units: 1_000_000_000, windowSeconds: 10 };
const health = createHealth();
health.setReady(true);
const deps: GatewayDeps = {
  ledger,
  store: createMemoryStore({ clock }),
  seal: createFileNameSeal(Buffer.alloc(32, 1)),
  cursors: createCursors(Buffer.alloc(32, 2)),
  changes: createChangeSignal(),
  logger: createLogger({ name: 'gateway', level: 'warn' }),
  health,
  verify: createTokenVerifier({
    issuer: ISSUER,
    clientIds: [CLIENT_ID],
    clock,
    keys: createKeySet({ fetchKeys: async () => issuer.jwks, clock }),
  }),
  poolFor: () => 'small',
  rates: createRateLimits({ tenant: rate, subject: rate, address: rate, redis: null }),
  quotas: createQuotas({ ledger, prices }),
  prices,
  settings: { signatureSeconds: 900, completeSeconds: 5, feedSettleMs: 5 },
};
const { port } = await serveHttp(createGateway(deps), 0, '127.0.0.1');
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
process.send?.({ port, tokens });
