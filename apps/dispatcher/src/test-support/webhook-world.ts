import { once } from 'node:events';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookDeliveryRow, WebhookRow } from '@edf-pipeline/ledger';
import {
  createDelivery,
  createWebhook,
  defaultLedgerSettings,
  readDelivery,
  readWebhook,
} from '@edf-pipeline/ledger';
import { createMemoryLedgerStore } from '@edf-pipeline/ledger/memory';
import {
  createLogger,
  createOutboundGuard,
  createUlidFactory,
  createWebhookSeal,
} from '@edf-pipeline/service';
import type { WebhookDeps } from '../deliver-webhook.ts';

export const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
export const seal = createWebhookSeal(Buffer.alloc(32, 3));

/** A ledger on memory; its clock begins now, since receivers hold the time of sending against theirs. */
export interface WebhookWorld {
  readonly deps: WebhookDeps;
  readonly log: () => string;
  readonly advance: (seconds: number) => void;
  endpoint(url: string, change?: { tenant?: string; secret?: string }): Promise<WebhookRow>;
  onItsWay(webhook: WebhookRow): Promise<WebhookDeliveryRow>;
  now(delivery: WebhookDeliveryRow): Promise<WebhookDeliveryRow>;
  webhookNow(webhook: WebhookRow): Promise<WebhookRow>;
}

export function createWebhookWorld(change: Partial<WebhookDeps> = {}): WebhookWorld {
  const start = Date.now();
  let elapsed = 0;
  const clock = () => new Date(start + elapsed * 1000);
  const newId = createUlidFactory(clock);
  const lines: string[] = [];
  const ledger = {
    store: createMemoryLedgerStore(),
    settings: defaultLedgerSettings,
    clock,
    newId,
    random: () => 0.5,
  };
  const deps: WebhookDeps = {
    ledger,
    seal,
    guard: createOutboundGuard({ trustedOrigins: ['http://127.0.0.1:*'] }),
    logger: createLogger({ name: 'dispatcher', level: 'debug' }, { write: (line) => void lines.push(line) }),
    ...change,
  };
  return {
    deps,
    log: () => lines.join(''),
    advance: (seconds) => {
      elapsed += seconds;
    },
    async endpoint(url, { tenant = 'acme', secret = SECRET } = {}) {
      const sealedSecret = seal.seal(tenant, secret);
      const id = `whk_${newId()}`;
      return (await createWebhook(ledger, { tenant, id, url, events: ['job.succeeded'], sealedSecret })).row;
    },
    onItsWay: (webhook) =>
      createDelivery(ledger, {
        tenant: webhook.tenant,
        webhookId: webhook.id,
        originId: newId(),
        event: {
          type: 'job.succeeded',
          timestamp: clock().toISOString(),
          data: { kind: 'job', id: `job_${newId()}`, version: 7, recordingId: `rec_${newId()}` },
        },
      }),
    async now({ tenant, id }) {
      const found = await readDelivery(ledger, tenant, id);
      if (!found) throw new Error(`there is no ${id}`);
      return found.row;
    },
    async webhookNow({ tenant, id }) {
      const found = await readWebhook(ledger, tenant, id);
      if (!found) throw new Error(`there is no ${id}`);
      return found.row;
    },
  };
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server of somebody who wants to be told. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Resolves once so many have come. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** @param answer what it does after it has read a request; 204 unless given */
export async function startReceiver(
  answer: RequestListener = (_request, response) => void response.writeHead(204).end(),
): Promise<Receiver> {
  const received: Received[] = [];
  let wake = () => {};
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
      wake();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    port,
    received,
    async until(count) {
      while (received.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Starts receivers for the tests of a file, and closes them after each. */
export function receiversOfEachTest(): typeof startReceiver {
  const started: Receiver[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((each) => each.close()));
  });
  return async (answer) => {
    const receiver = await startReceiver(answer);
    started.push(receiver);
    return receiver;
  };
}
