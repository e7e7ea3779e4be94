import { once } from 'node:events';
import { createServer, request as startRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with a request. */
export type Harm =
  /** It never reaches the server; somebody else answers. */
  | { readonly kind: 'answer'; readonly status: number; readonly body?: string }
  /** The server carries it out, and the connection breaks before a byte of its answer. */
  | { readonly kind: 'lose-answer' }
  /** The connection breaks after so many bytes of the answer's body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Nothing more comes after so many bytes of the answer's body. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** It never reaches the server, and nobody answers. */
  | { readonly kind: 'silence' }
  /** The server carries it out; this comes in place of its answer's body, with a status of 200. */
  | {
      readonly kind: 'rewrite';
      body(original: string): string | Uint8Array;
      /** The answer still says which range it is of. */
      readonly keepsRange?: boolean;
    };

export interface Fault {
  /** Which requests it hits: a method and a part of path and query. */
  readonly method: string;
  readonly matching?: RegExp;
  /** How many of them; 1 unless given. */
  readonly times?: number;
  readonly harm: Harm;
}

/** A server in front of another one that does harm on demand. The host header passes unchanged: it is signed. */
export interface FaultProxy {
  readonly endpoint: string;
  /** Method and, for reads, range of each request that came. */
  readonly requests: string[];
  /** How many connections clients have made. */
  connectionCount(): number;
  inject(fault: Fault): void;
  stop(): Promise<void>;
}

export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const faults: { fault: Fault; left: number }[] = [];
  const requests: string[] = [];

  function nextHarm(method: string, target: string): Harm | undefined {
    const hit = faults.find(
      ({ fault, left }) => left > 0 && fault.method === method && (fault.matching?.test(target) ?? true),
    );
    if (hit) hit.left -= 1;
    return hit?.fault.harm;
  }

  const server = createServer((req, res) => {
    const { method = '', url = '' } = req;
    requests.push(req.headers.range ? `${method} ${req.headers.range}` : method);
    const harm = nextHarm(method, url);
    if (harm?.kind === 'silence') return void req.resume();
    if (harm?.kind === 'answer') {
      req.resume();
      req.on('end', () => res.writeHead(harm.status, { 'content-type': 'application/xml' }).end(harm.body));
      return;
    }
    const headers = { ...req.headers, connection: 'close' };
    const outgoing = startRequest(`${upstream}${url}`, { method, headers, agent: false }, (answer) => {
      passOn(answer, res, harm).catch(() => res.destroy());
    });
    outgoing.on('error', () => res.destroy());
    res.on('close', () => outgoing.destroy());
    req.pipe(outgoing);
  });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connectionCount: () => connections,
    inject(fault) {
      faults.push({ fault, left: fault.times ?? 1 });
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function passOn(answer: IncomingMessage, res: ServerResponse, harm: Harm | undefined): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  // Of the connection behind the proxy.
  delete answer.headers.connection;
  if (harm?.kind === 'lose-answer') return void res.destroy();
  if (harm?.kind === 'rewrite') {
    const headers = { ...answer.headers };
    if (!harm.keepsRange) delete headers['content-range'];
    const other = Buffer.from(harm.body(body.toString()));
    return void res.writeHead(200, { ...headers, 'content-length': other.byteLength }).end(other);
  }
  res.writeHead(answer.statusCode ?? 502, answer.headers);
  if (harm?.kind !== 'cut' && harm?.kind !== 'stall') return void res.end(body);
  res.flushHeaders();
  res.write(body.subarray(0, harm.afterBytes), () => {
    if (harm.kind === 'cut') res.destroy();
  });
}
