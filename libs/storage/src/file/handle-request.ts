import type { IncomingMessage, ServerResponse } from 'node:http';
import { isKey } from '../object-key.ts';
import { StorageError, isStorageError } from '../storage-error.ts';
import { problemContentType, storeProblemOf } from '../store-problem.ts';
import type { StoreProblemCode } from '../store-problem.ts';
import { toStorageError } from './errno.ts';
import { handleGet } from './handle-get.ts';
import { BodyStalled, handlePut } from './handle-put.ts';
import type { PutDeps } from './handle-put.ts';
import { verifyRequest } from './signed-url.ts';
import type { SigningOptions } from './signed-url.ts';

export interface RequestDeps extends PutDeps {
  readonly signing: SigningOptions;
}

const allowedMethods = 'GET, HEAD, PUT, OPTIONS';
const retryAfterSeconds = 2;

/**
 * Answers one signed request; an error becomes a problem document (RFC 9457), or cuts an answer that has begun. Rejects,
 * after a 500, only with an error that is a fault of this code.
 */
export async function handleRequest(
  deps: RequestDeps,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  res.setHeader('x-content-type-options', 'nosniff');
  try {
    await route(deps, req, res);
  } catch (error) {
    answerError(deps, req, res, toStorageError(error));
  }
}

async function route(deps: RequestDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const method = req.method ?? '';
  const target = req.url ?? '';
  if (method === 'OPTIONS') return void res.writeHead(204, { allow: allowedMethods }).end();
  if (!allowedMethods.split(', ').includes(method)) {
    res.setHeader('allow', allowedMethods);
    return sendProblem(res, 'method-not-allowed', 'The store answers GET, HEAD and PUT.');
  }
  const key = keyOf(target, deps.signing.mountPath);
  const claims = verifyRequest(deps.signing, { method, target, headers: req.headers });
  if (claims.kind === 'get') await handleGet(deps, req, res, key, claims);
  else await handlePut(deps, req, res, key, claims);
}

/** Compared as the text it is, nothing decoded: a valid key needs no escaping. */
function keyOf(target: string, mountPath: string): string {
  const [path = ''] = target.split('?', 1);
  const key = path.slice(mountPath.length + 1);
  if (!path.startsWith(`${mountPath}/`) || !isKey(key)) {
    throw new StorageError('key-invalid', 'The address names no key.');
  }
  return key;
}

function answerError(deps: RequestDeps, req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (res.headersSent || req.socket.destroyed) {
    // Part of an answer has gone out, or nobody is there: a cut connection is all that can still be said.
    res.destroy();
    return;
  }
  if (error instanceof BodyStalled || deps.closing.aborted) res.setHeader('connection', 'close');
  if (error instanceof BodyStalled) sendProblem(res, 'request-timeout', error.message);
  else if (isStorageError(error)) sendProblem(res, error.code, error.message);
  else sendProblem(res, 'internal', 'The request failed on our side; try again.');
  // What is left of the body goes nowhere, but must be taken, else the client never gets to reading the answer.
  req.resume();
  if (!isStorageError(error) && !(error instanceof BodyStalled)) throw error;
}

function sendProblem(res: ServerResponse, code: StoreProblemCode, detail: string): void {
  const problem = storeProblemOf(code, detail, res.req.url ?? '');
  const body = JSON.stringify(problem);
  if (problem.retryable) res.setHeader('retry-after', retryAfterSeconds);
  res.writeHead(problem.status, {
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    'content-type': problemContentType,
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}
