import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Transform } from 'node:stream';

/** What goes wrong with one connection. */
export type Harm =
  /** It is reset as soon as it is made. */
  | { readonly kind: 'refuse' }
  /** It breaks after so many bytes of requests have reached the server. */
  | { readonly kind: 'cut-request'; readonly afterBytes: number }
  /** It breaks after so many bytes of answers have reached the client. */
  | { readonly kind: 'cut-answer'; readonly afterBytes: number }
  /** After so many bytes of requests the next answer is lost whole: the server has carried out what was asked. */
  | { readonly kind: 'lose-answer'; readonly afterBytes: number }
  /** After so many bytes of requests nothing moves in either direction for so long; then it goes on. */
  | { readonly kind: 'stall'; readonly afterBytes: number; readonly seconds: number }
  /** Every piece is held for so long. */
  | { readonly kind: 'delay'; readonly milliseconds: number };

export interface TcpFaultProxyOptions {
  /** Port of 127.0.0.1. */
  readonly upstreamPort: number;
  /** Asked once for each connection. */
  readonly harmFor: () => Harm | null;
}

/** Stands between clients and a server of this machine, knows no protocol, and does harm to connections. */
export interface TcpFaultProxy {
  readonly port: number;
  readonly connectionCount: () => number;
  /** How often each kind of harm has been done, not only planned. */
  readonly harmCounts: () => Readonly<Partial<Record<Harm['kind'], number>>>;
  /** Resets every connection there is: what comes next is asked about again. */
  cutAll(): void;
  stop(): Promise<void>;
}

export async function startTcpFaultProxy(options: TcpFaultProxyOptions): Promise<TcpFaultProxy> {
  const sockets = new Set<Socket>();
  const counts: Partial<Record<Harm['kind'], number>> = {};
  let connections = 0;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
  };

  const proxy = createServer((client) => {
    connections += 1;
    keep(client);
    const harm = options.harmFor();
    const done = (kind: Harm['kind']) => {
      counts[kind] = (counts[kind] ?? 0) + 1;
    };
    client.on('error', () => undefined);
    if (harm?.kind === 'refuse') {
      done('refuse');
      reset(client);
      return;
    }
    const server = connect(options.upstreamPort, '127.0.0.1');
    keep(server);
    join(client, server, harm, done);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    connectionCount: () => connections,
    harmCounts: () => ({ ...counts }),
    cutAll() {
      for (const socket of sockets) reset(socket);
    },
    async stop() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await once(proxy, 'close');
    },
  };
}

/** The system refuses to reset a socket that is being shut down, and Node would keep it open for ever then. */
function reset(socket: Socket): void {
  if (socket.writableEnded || socket.connecting || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}

function join(client: Socket, server: Socket, harm: Harm | null, done: (kind: Harm['kind']) => void): void {
  const timers = new Set<NodeJS.Timeout>();
  const end = () => {
    for (const timer of timers) clearTimeout(timer);
    client.destroy();
    server.destroy();
  };
  const breakOff = (kind: Harm['kind']) => {
    done(kind);
    reset(client);
    reset(server);
  };
  const hold = (milliseconds: number, then: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, milliseconds);
    timers.add(timer);
  };
  let requestBytes = 0;
  let answerBytes = 0;
  let isStallDue = harm?.kind === 'stall';
  let stalledUntil = 0;
  let isDelayCounted = false;

  const pass = (chunk: Buffer, isRequest: boolean, next: (error: null, chunk?: Buffer) => void) => {
    if (harm?.kind === 'delay') {
      if (!isDelayCounted) done('delay');
      isDelayCounted = true;
      return hold(harm.milliseconds, () => next(null, chunk));
    }
    if (harm?.kind === 'stall') {
      if (isStallDue && requestBytes >= harm.afterBytes) {
        isStallDue = false;
        stalledUntil = performance.now() + harm.seconds * 1000;
        done('stall');
      }
      const left = stalledUntil - performance.now();
      return left > 0 ? hold(left, () => next(null, chunk)) : next(null, chunk);
    }
    const reached = isRequest ? requestBytes : answerBytes;
    const cut = isRequest ? 'cut-request' : 'cut-answer';
    if (harm?.kind === cut && reached >= harm.afterBytes) {
      const passed = chunk.subarray(0, Math.max(0, chunk.length - (reached - harm.afterBytes)));
      const target = isRequest ? server : client;
      return void target.write(passed, () => breakOff(cut));
    }
    if (!isRequest && harm?.kind === 'lose-answer' && requestBytes >= harm.afterBytes)
      return breakOff('lose-answer');
    next(null, chunk);
  };

  const requests = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      requestBytes += chunk.length;
      pass(chunk, true, next);
    },
  });
  const answers = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      answerBytes += chunk.length;
      pass(chunk, false, next);
    },
  });
  for (const stream of [client, server]) stream.on('error', end);
  client.on('close', end);
  // Closed in order, it has said all that it had to say, and some of that may still be held here.
  server.on('close', (hadError) => hadError && end());
  client.pipe(requests).pipe(server);
  server.pipe(answers).pipe(client);
}
