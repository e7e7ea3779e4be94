import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { OutboundTarget } from '@edf-pipeline/service';

export interface WebhookRequest {
  /** Checked just now. */
  readonly target: OutboundTarget;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For all of it: connecting, sending, the answer. */
  readonly seconds: number;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfterSeconds?: number;
}

/** The endpoint did not answer in time. */
export class WebhookTimeout extends Error {
  readonly code = 'webhook-timeout';

  constructor(seconds: number) {
    super(`no answer within ${seconds} s`);
    this.name = 'WebhookTimeout';
  }
}

/** Of the answer only its status counts; beyond this it is cut. */
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Posts to an endpoint that nobody here knows: connects to the addresses that were checked and to nothing else, follows
 * no redirect, uses no proxy of the environment, keeps nothing of the answer's body.
 *
 * @throws WebhookTimeout, or the error of the network; the reason of `signal` when it aborts
 */
export function postWebhook(request: WebhookRequest, signal?: AbortSignal): Promise<WebhookAnswer> {
  const { target, headers, body, seconds } = request;
  const post = target.url.protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<WebhookAnswer>();
  const sent = post(target.url, {
    method: 'POST',
    // A connection of its own: one that is kept might lead to where the name pointed before.
    agent: false,
    lookup: pinnedTo(target),
    maxHeaderSize: MAX_HEADER_BYTES,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
  });
  const cut = setTimeout(() => sent.destroy(new WebhookTimeout(seconds)), seconds * 1000);
  const abort = () => sent.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  let answer: WebhookAnswer | undefined;
  // Once it has said its status, it has said all that counts, however the rest ends.
  const settle = (error: Error) => (answer ? resolve(answer) : reject(error));
  sent.on('error', settle);
  sent.on('close', () => settle(new Error('the connection ended without an answer')));
  sent.on('response', (response: IncomingMessage) => {
    answer = { status: response.statusCode ?? 0, ...retryAfterOf(response) };
    let byteLength = 0;
    response.on('data', (chunk: Buffer) => {
      byteLength += chunk.length;
      if (byteLength > MAX_ANSWER_BYTES) sent.destroy();
    });
    response.on('error', settle);
  });
  sent.end(body);
  return promise.finally(() => {
    clearTimeout(cut);
    signal?.removeEventListener('abort', abort);
  });
}

/** Names are not asked for again: DNS may give another answer by now. */
export function pinnedTo({ addresses }: OutboundTarget): LookupFunction {
  return (_hostname, options, callback) => {
    const fitting = addresses.filter(({ family }) => !options.family || options.family === family);
    const [first] = fitting;
    if (!first) return callback(new Error('the host has no address of this family'), '');
    if (options.all) return callback(null, [...fitting]);
    callback(null, first.address, first.family);
  };
}

function retryAfterOf({ headers }: IncomingMessage): { retryAfterSeconds?: number } {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfterSeconds: seconds } : {};
}
