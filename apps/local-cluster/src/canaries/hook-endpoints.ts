import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@edf-pipeline/stand-ins';
import type { Place } from './canary.ts';
import { OWNER, otherStems, sent } from './chosen-canaries.ts';

/** Endpoints of the owner: one that takes what it is sent, and one for each way to fail. */
export interface HookEndpoints {
  readonly urls: readonly string[];
  /** Answered so often, not counting those where nobody listens. */
  count(): number;
  /** What was posted, but for the address, which is the endpoint's own. */
  places(): Place[];
  stop(): void;
}

const answers = [
  { status: 200, headers: {} },
  { status: 500, headers: { 'x-failure': sent.endpointAnswer.text } },
  { status: 302, headers: { location: `http://127.0.0.1:1/${sent.endpointAnswer.text}` } },
] as const;

export async function startHookEndpoints(): Promise<HookEndpoints> {
  const posted: Buffer[] = [];
  const servers: Server[] = [];
  const urls: string[] = [];
  const path = `/hooks/${otherStems.webhookPath.text}?key=${otherStems.webhookPath.text}`;
  for (const { status, headers } of answers) {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        posted.push(Buffer.concat([Buffer.from(`${request.rawHeaders.join('\n')}\n`), ...chunks]));
        response.writeHead(status, headers).end(sent.endpointAnswer.text);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  }
  urls.push(`http://127.0.0.1:${await freePort()}${path}`);
  return {
    urls,
    count: () => posted.length,
    places: () =>
      posted.map((bytes, index) => ({
        kind: 'delivery',
        name: `delivery ${index + 1}`,
        bytes,
        tenant: OWNER,
      })),
    stop() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
