import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** Stands between the processes and a server of this machine and keeps every byte that passes. */
export interface WireTap {
  readonly port: number;
  /** What was asked, one piece for each connection. */
  requests(): Buffer[];
  answers(): Buffer[];
  /** While away, connections are cut and none is made. */
  setAway(isAway: boolean): void;
  stop(): void;
}

/** @param upstreamPort of 127.0.0.1 */
export async function startWireTap(upstreamPort: number): Promise<WireTap> {
  const sockets = new Set<Socket>();
  const connections: { readonly requests: Buffer[]; readonly answers: Buffer[] }[] = [];
  let isAway = false;

  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    const kept = { requests: [] as Buffer[], answers: [] as Buffer[] };
    connections.push(kept);
    const pair = [client, upstream];
    for (const socket of pair) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => pair.forEach((each) => each.destroy()));
      socket.once('close', () => {
        sockets.delete(socket);
        // A connection that was cut ends on its other side too; one that ended in order is ended by the pipes.
        if (isAway) pair.forEach((each) => each.destroy());
      });
    }
    if (isAway) return pair.forEach((each) => each.destroy());
    client.on('data', (chunk: Buffer) => kept.requests.push(chunk));
    upstream.on('data', (chunk: Buffer) => kept.answers.push(chunk));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => connections.map(({ requests }) => Buffer.concat(requests)),
    answers: () => connections.map(({ answers }) => Buffer.concat(answers)),
    setAway(away) {
      isAway = away;
      if (away) cutAll();
    },
    stop() {
      server.close();
      cutAll();
    },
  };
}
