import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpService {
  readonly port: number;
  /** Takes no new connections, lets what runs end for so many seconds, then cuts it. */
  close(graceSeconds?: number): Promise<void>;
}

/**
 * Connections that have come and are not taken yet. Node's 511 are full within milliseconds when all clients come back at
 * once; the system cuts what is more than that without a word, and nobody hears of Retry-After.
 */
const BACKLOG = 4_096;

/** @param host the address to listen on; `0.0.0.0` in a pod, `127.0.0.1` on a machine of one's own */
export async function serveHttp(listener: RequestListener, port: number, host: string): Promise<HttpService> {
  const server = createServer(listener);
  server.listen(port, host, BACKLOG);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceSeconds = 0) => closeHttp(server, graceSeconds),
  };
}

async function closeHttp(server: Server, graceSeconds: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
  await closed;
  clearTimeout(cut);
}
