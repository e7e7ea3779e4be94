import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import express from 'express';
import { LOCAL_REGION, defaultPriceTable, pricesOf } from '@edf-pipeline/contracts';
import type { GatewayDeps } from '@edf-pipeline/gateway';
import {
  createCursors,
  createFileNameSeal,
  createGateway,
  createKeySet,
  createLookNotes,
  createMachineClients,
  createQuotas,
  createRateLimits,
  createTokenVerifier,
  createWebhooks,
  servePage,
} from '@edf-pipeline/gateway';
import { readMachineClient } from '@edf-pipeline/ledger';
import type { FileStore } from '@edf-pipeline/storage/file';
import type { LocalIssuer } from './local-issuer.ts';
import { LOCAL_CLIENT_ID, LOCAL_ISSUER, LOCAL_TENANT } from './local-issuer.ts';
import { loopbackOnly, ownPageOnly } from './loopback-only.ts';

export interface HttpAppDeps extends Pick<
  GatewayDeps,
  'ledger' | 'changes' | 'logger' | 'health' | 'poolFor'
> {
  readonly store: FileStore;
  readonly issuer: LocalIssuer;
  readonly cursorKey: Uint8Array;
  readonly fileNameKey: Uint8Array;
  readonly webhookKey: Uint8Array;
  readonly webhookTrustedOrigins: readonly string[];
  readonly port: () => number;
}

const PAGE_FOLDER = fileURLToPath(new URL('../../web/build', import.meta.url));

/** Everything that this process answers over HTTP, to this machine only. */
export function createHttpApp(deps: HttpAppDeps): Express {
  const { ledger, store, changes, logger, health, poolFor, issuer } = deps;
  const keys = createKeySet({ fetchKeys: async () => issuer.jwks, clock: ledger.clock });
  const prices = pricesOf(defaultPriceTable, LOCAL_REGION);
  const app = express();
  app.disable('x-powered-by');
  app.use(loopbackOnly(deps.port));
  app.use('/storage', (request, response) => {
    request.url = request.originalUrl;
    return store.handleRequest(request, response);
  });
  app.get('/.well-known/jwks.json', (_request, response) => void response.json(issuer.jwks));
  app.post('/local/token', ownPageOnly(), async (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.json(await issuer.issue(LOCAL_TENANT));
  });
  app.use(
    createGateway({
      ledger,
      store,
      changes,
      logger,
      health,
      poolFor,
      // One person at its own machine: only a program that has gone wild is slowed down.
      rates: createRateLimits({
        tenant: { units: 1_000_000, windowSeconds: 10 },
        subject: { units: 1_000_000, windowSeconds: 10 },
        address: { units: 100_000, windowSeconds: 60 },
        redis: null,
      }),
      quotas: createQuotas({ ledger, prices }),
      prices,
      seal: createFileNameSeal(deps.fileNameKey),
      cursors: createCursors(deps.cursorKey),
      webhooks: createWebhooks(deps.webhookKey, deps.webhookTrustedOrigins),
      verify: createTokenVerifier({
        issuer: LOCAL_ISSUER,
        clientIds: [LOCAL_CLIENT_ID],
        keys,
        clock: ledger.clock,
        machineClient: createMachineClients({
          lookUp: (id) => readMachineClient(ledger, id),
          clock: ledger.clock,
        }),
      }),
      looks: createLookNotes(ledger),
      settings: { signatureSeconds: 900, completeSeconds: 5, feedSettleMs: 5 },
    }),
  );
  if (existsSync(path.join(PAGE_FOLDER, 'index.html'))) {
    const appConfig = { auth: { kind: 'local', tokenUrl: '/local/token' } };
    app.use(servePage({ folder: PAGE_FOLDER, appConfig, connectOrigins: [] }));
  }
  return app;
}
