import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

/** Spreads connections over several servers of this machine, in turn; one that refuses is passed over. */
export async function startBalancer(ports: readonly number[], port: number): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const join = (client: Socket, tries: number) => {
    const target = ports[turn++ % ports.length] ?? 0;
    const server = connect(target, '127.0.0.1');
    server.once('connect', () => {
      keep(server);
      client.pipe(server).pipe(client);
      client.once('close', () => server.destroy());
      server.once('close', () => client.destroy());
    });
    server.once('error', () => (tries > 1 ? join(client, tries - 1) : client.destroy()));
  };
  const balancer = createServer((client) => {
    keep(client);
    join(client, ports.length);
  });
  balancer.listen(port, '127.0.0.1');
  await once(balancer, 'listening');
  return {
    url: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`,
    async close() {
      balancer.close();
      for (const socket of sockets) socket.destroy();
      await once(balancer, 'close');
    },
  };
}
