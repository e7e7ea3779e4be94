import { createHash } from 'node:crypto';
import type { GatewayDeps, RequestContext } from '@edf-pipeline/gateway/requests';
import type { Pool } from '@edf-pipeline/ledger';
import { ledgerOf, objectPort } from '../ports.ts';
import type { SimProcess } from '../sim-process.ts';
import type { World } from '../world.ts';

/** A gateway: it holds nothing between requests. */
export interface GatewayProcess {
  readonly process: SimProcess;
  /** Carries one request of a tenant's person out; never answers when the gateway dies. */
  handle<T>(tenant: string, run: (deps: GatewayDeps, context: RequestContext) => Promise<T>): Promise<T>;
}

const notUsed = (): never => {
  throw new Error('no request of the simulation needs this');
};

/** A seal that hides as much as the real one, without its chance. */
const seal: GatewayDeps['seal'] = {
  seal: (tenant, fileName) => createHash('sha256').update(`${tenant}\n${fileName}`).digest('base64url'),
  open: () => 'sealed.edf',
};

export const poolFor = (): Pool => 'small';

export function startGateway(world: World, process: SimProcess): GatewayProcess {
  const { network, services, settings } = world;
  const depsFor = (tenant: string): GatewayDeps => ({
    ledger: ledgerOf({ network, services, process, tenant }, settings.ledger),
    store: objectPort({ network, services, process, tenant }),
    seal,
    cursors: { encode: notUsed, decode: notUsed },
    changes: { wait: notUsed },
    logger: process.logger,
    health: { setReady: notUsed, answer: notUsed } as unknown as GatewayDeps['health'],
    verify: notUsed,
    poolFor,
    rates: { take: notUsed, look: notUsed, noteStranger: notUsed, lookAtStranger: notUsed },
    quotas: { admitUpload: async () => {}, show: notUsed },
    prices: { currency: 'USD', on: notUsed },
    settings: { signatureSeconds: settings.ledger.signatureSeconds, completeSeconds: 5, feedSettleMs: 5 },
    pause: (milliseconds) => process.sleep(milliseconds / 1000),
  });
  return {
    process,
    handle: (tenant, run) =>
      run(depsFor(tenant), {
        caller: { tenant, subject: 'person', clientId: 'page', roles: [], expiresAt: new Date(0) },
        from: '192.0.2.1',
        signal: new AbortController().signal,
      }),
  };
}
