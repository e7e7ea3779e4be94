import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What became of one delivery of an event to an environment. */
export interface Delivery {
  readonly requestId: string;
  readonly payload: string;
  readonly attempt: number;
  outcome?: 'responded' | 'failed' | 'timed-out';
  /** What the runtime posted. */
  answer?: { readonly body: string; readonly errorType?: string };
}

export interface LambdaServiceOptions {
  readonly functionName: string;
  /** Time limit of the function. */
  readonly timeoutMs?: number;
  /** AWS waits a minute, then two. */
  readonly retryWaitsMs?: readonly number[];
}

/**
 * A stand-in of AWS Lambda as its documentation has it: the Invoke API, which queues events and answers 202, and for
 * each environment a Runtime API. An event whose delivery fails or times out is delivered up to two more times; it
 * may also be delivered twice without any fault.
 */
export interface LambdaService {
  readonly endpoint: string;
  readonly deliveries: readonly Delivery[];
  /** Errors of set-up that runtimes posted. */
  readonly initErrors: readonly string[];
  /** Starts an environment; answers what it finds in AWS_LAMBDA_RUNTIME_API. */
  startEnvironment(): Promise<string>;
  /** The next Invoke is answered with this error. */
  refuseNext(status: number, type: string): void;
  /** Every event accepted from now on is delivered twice. */
  deliverTwice(): void;
  stop(): Promise<void>;
}

const MAX_ASYNC_BYTES = 1024 * 1024;

interface Event {
  readonly requestId: string;
  readonly payload: string;
  attempt: number;
}

export async function startLambdaService(options: LambdaServiceOptions): Promise<LambdaService> {
  const { functionName, timeoutMs = 900_000, retryWaitsMs = [60_000, 120_000] } = options;
  const events: Event[] = [];
  const idle: { take(event: Event): void }[] = [];
  const deliveries: Delivery[] = [];
  const initErrors: string[] = [];
  const servers: Server[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const refusals: { status: number; type: string }[] = [];
  let copies = 1;

  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(() => (timers.delete(timer), run()), ms);
    timers.add(timer);
    return timer;
  };
  const pump = () => {
    while (events.length > 0 && idle.length > 0) idle.shift()?.take(events.shift() as Event);
  };
  const queueEvent = (event: Event) => {
    events.push(event);
    pump();
  };
  const deliverAgain = (event: Event) => {
    const wait = retryWaitsMs[event.attempt - 1];
    if (wait !== undefined) later(wait, () => queueEvent({ ...event, attempt: event.attempt + 1 }));
  };

  const invoke = async (request: IncomingMessage, response: ServerResponse) => {
    const payload = await textOf(request);
    const refuse = (status: number, type: string, message: string) =>
      answer(response, status, { Type: 'User', Message: message }, { 'x-amzn-errortype': type });
    const refusal = refusals.shift();
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '') ?? [];
    if (refusal) return refuse(refusal.status, refusal.type, 'refused');
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 '))
      return refuse(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    if (name === undefined || decodeURIComponent(name) !== functionName)
      return refuse(404, 'ResourceNotFoundException', `Function not found: ${name}`);
    if (request.headers['x-amz-invocation-type'] !== 'Event')
      return refuse(400, 'InvalidParameterValueException', 'this stand-in takes events only');
    if (Buffer.byteLength(payload) > MAX_ASYNC_BYTES)
      return refuse(413, 'RequestTooLargeException', 'Request must be smaller than 1048576 bytes');
    if (!isJson(payload))
      return refuse(400, 'InvalidRequestContentException', 'Could not parse request body');
    const requestId = randomUUID();
    response.writeHead(202, { 'x-amzn-requestid': requestId }).end();
    for (let copy = 0; copy < copies; copy++) queueEvent({ requestId, payload, attempt: 1 });
  };

  const listen = async (handle: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server = createServer(handle).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
  };

  const startEnvironment = async () => {
    let current: { event: Event; delivery: Delivery; timer: NodeJS.Timeout } | undefined;
    const { server, address } = await listen((request, response) => void serve(request, response));

    const hand = (event: Event, response: ServerResponse) => {
      const delivery: Delivery = { ...event };
      deliveries.push(delivery);
      const timer = later(timeoutMs, () => {
        // The environment is killed as it is.
        delivery.outcome = 'timed-out';
        server.closeAllConnections();
        server.close();
        deliverAgain(event);
      });
      current = { event, delivery, timer };
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': event.requestId,
        'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
        'lambda-runtime-invoked-function-arn': `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
        'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
      });
      response.end(event.payload);
    };

    const serve = async (request: IncomingMessage, response: ServerResponse) => {
      const path = (request.url ?? '').replace('/2018-06-01/runtime', '');
      if (request.method === 'GET' && path === '/invocation/next') {
        const waiting = { take: (event: Event) => hand(event, response) };
        idle.push(waiting);
        // A runtime that is gone is given nothing.
        response.on('close', () => {
          if (idle.includes(waiting)) idle.splice(idle.indexOf(waiting), 1);
        });
        return pump();
      }
      const body = await textOf(request);
      if (path === '/init/error') {
        initErrors.push(body);
        return answer(response, 202, { status: 'OK' });
      }
      const [, requestId, kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
      if (!current || current.event.requestId !== requestId)
        return answer(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
      const { event, delivery, timer } = current;
      current = undefined;
      clearTimeout(timer);
      const errorType = request.headers['lambda-runtime-function-error-type']?.toString();
      delivery.outcome = kind === 'response' ? 'responded' : 'failed';
      delivery.answer = { body, errorType };
      if (kind === 'error') deliverAgain(event);
      return answer(response, 202, { status: 'OK' });
    };
    return address;
  };

  const { address } = await listen((request, response) => void invoke(request, response));
  return {
    endpoint: `http://${address}`,
    deliveries,
    initErrors,
    startEnvironment,
    refuseNext: (status, type) => void refusals.push({ status, type }),
    deliverTwice: () => {
      copies = 2;
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
