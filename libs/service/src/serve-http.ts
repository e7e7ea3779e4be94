import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, ListenOptions, Server as SocketServer } from 'node:net';
import { createServer as createSocketServer } from 'node:net';

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

/**
 * Sockets that listen on the one port, where the system shares it out among them (Linux). A turn of the event loop takes
 * one new connection from each. Behind one socket the last of a thousand is taken after a thousand turns, which are tens
 * of milliseconds each in an overload: until then it hears nothing, neither an answer nor that there is too much to do.
 */
const LISTENERS = process.platform === 'linux' ? 8 : 1;

/**
 * @param host the address to listen on; `0.0.0.0` in a pod, `127.0.0.1` on a machine of one's own
 * @throws EADDRINUSE where the port is taken
 */
export async function serveHttp(listener: RequestListener, port: number, host: string): Promise<HttpService> {
  const server = createServer(listener);
  const sockets: SocketServer[] = [server];
  // As the server of node:http makes its own.
  const options = { noDelay: true, allowHalfOpen: true };
  while (sockets.length < LISTENERS)
    sockets.push(createSocketServer(options, (socket) => server.emit('connection', socket)));
  const address = { port: await freePort(port, host), host, backlog: BACKLOG, reusePort: LISTENERS > 1 };
  for (const socket of sockets) await listen(socket, address);
  return {
    port: portOf(server),
    close: (graceSeconds = 0) => closeHttp(server, sockets, graceSeconds),
  };
}

const portOf = (server: SocketServer) => (server.address() as AddressInfo).port;

async function listen(server: SocketServer, options: ListenOptions): Promise<void> {
  server.listen(options);
  await once(server, 'listening');
}

/** Sockets that share a port do not notice that another process has it; one that does not share asks for all of them. */
async function freePort(port: number, host: string): Promise<number> {
  const probe = createSocketServer();
  await listen(probe, { port, host });
  const free = portOf(probe);
  probe.close();
  await once(probe, 'close');
  return free;
}

async function closeHttp(
  server: Server,
  sockets: readonly SocketServer[],
  graceSeconds: number,
): Promise<void> {
  const closed = sockets.map((socket) => once(socket, 'close'));
  for (const socket of sockets) socket.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
  await Promise.all(closed);
  clearTimeout(cut);
}
