import type { ErrorRequestHandler, Request, Response } from 'express';
import type { ApiFinding, Problem, ProblemCode, Quota } from '@edf-pipeline/contracts';
import { problemKinds } from '@edf-pipeline/contracts';
import { openApiDocument } from '@edf-pipeline/contracts/openapi';
import { StoreUnavailable, WriteConflict } from '@edf-pipeline/ledger';
import type { Logger } from '@edf-pipeline/service';
import { isStorageError } from '@edf-pipeline/storage';
import { ZodError } from 'zod';

/** A refusal that the client is told as a problem document. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly errors: Problem['errors'];
  readonly findings: ApiFinding[] | undefined;
  readonly quota: Quota | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      errors?: Problem['errors'];
      findings?: ApiFinding[];
      quota?: Quota;
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.code = code;
    this.errors = more.errors;
    this.findings = more.findings;
    this.quota = more.quota;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** Nobody waits for the answer any more. */
export class ClientGone extends Error {
  readonly code = 'client-gone';

  constructor() {
    super('the client has gone');
    this.name = 'ClientGone';
  }
}

/** The same for what is missing and for what belongs to somebody else. */
export const notFound = () =>
  new HttpProblem('not-found', 'Nothing with this id belongs to your organisation.');

/** The one place where anything thrown becomes an answer. */
export function answerProblems(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error, request, response, _next) => {
    if (error instanceof ClientGone) return;
    const problem = asProblem(error);
    if (problem.code === 'internal') {
      logger.error('A request failed on our side', {
        requestId: requestIdOf(response),
        method: request.method,
        error,
      });
    }
    // In the middle of an answer nothing can be said any more; a cut tells the client that it is not whole.
    if (response.headersSent) response.destroy();
    else sendProblem(request, response, problem);
  };
}

export function sendProblem(request: Request, response: Response, problem: HttpProblem): void {
  const kind = problemKinds[problem.code];
  const body: Problem = {
    type: `urn:edf-pipeline:problem:${problem.code}`,
    title: kind.title,
    status: kind.status,
    detail: problem.message,
    instance: request.path,
    code: problem.code,
    requestId: requestIdOf(response),
    retryable: kind.retryable,
    ...(problem.errors && { errors: problem.errors }),
    ...(problem.findings && { findings: problem.findings }),
    ...(problem.quota && { quota: problem.quota }),
  };
  if (kind.status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (kind.retryable) response.setHeader('retry-after', String(problem.retryAfterSeconds ?? 2));
  response.status(kind.status).type('application/problem+json').send(JSON.stringify(body));
}

export const requestIdOf = (response: Response) => String(response.getHeader('x-request-id') ?? '');

function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof ZodError) return validationProblem(error);
  if (error instanceof StoreUnavailable || error instanceof WriteConflict) {
    return error.code === 'store-full'
      ? new HttpProblem('storage-full', 'The disk of the service is full; tell its operator, then try again.')
      : new HttpProblem('service-unavailable', 'The service is busy; try again in a moment.');
  }
  if (isStorageError(error, 'storage-full')) {
    return new HttpProblem(
      'storage-full',
      'The disk of the service is full; tell its operator, then try again.',
    );
  }
  if (isStorageError(error))
    return new HttpProblem('service-unavailable', 'The object store did not answer; try again.');
  return (
    bodyProblem(error) ?? new HttpProblem('internal', 'The request failed on our side; it has been noted.')
  );
}

/** Errors of express and its body parser carry a `type` where it is known, and the `status` of a bad request. */
function bodyProblem(error: unknown): HttpProblem | null {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.parse.failed') return new HttpProblem('malformed-json', 'The body is not JSON.');
  if (type === 'entity.too.large')
    return new HttpProblem('request-too-large', 'The body is larger than 1 MiB.');
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return status >= 400 && status < 500
    ? new HttpProblem('malformed-json', 'The request cannot be read.')
    : null;
}

function validationProblem(error: ZodError): HttpProblem {
  const errors = error.issues.map((issue) => ({
    pointer: `#/${issue.path.map(String).join('/')}`,
    detail: issue.code === 'unrecognized_keys' ? unknownNames(issue.keys) : issue.message,
  }));
  const first = errors[0];
  const detail = first
    ? `${first.pointer.slice(2) || 'The request'}: ${first.detail}.`
    : 'The request is not valid.';
  return new HttpProblem('validation-failed', detail, { errors });
}

/**
 * Names that the API has somewhere are said. Of others only how many: Zod would quote them, and a client may have put a
 * patient's name where a name of ours belongs.
 */
function unknownNames(names: readonly string[]): string {
  const known = namesOfContract();
  const ours = names.filter((name) => known.has(name));
  const others = names.length - ours.length;
  return [
    ...ours.map((name) => `${name} is not known here`),
    ...(others > 0 ? [`${others === 1 ? 'one name is' : `${others} names are`} not known here`] : []),
    '/v1/openapi.json lists what is',
  ].join('; ');
}

let contractNames: ReadonlySet<string> | undefined;
const namesOfContract = () => (contractNames ??= new Set(namesIn(openApiDocument())));

/** Every name of a property or a parameter in a part of the OpenAPI document. */
function namesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const properties = 'properties' in part && typeof part.properties === 'object' ? part.properties : null;
  const isParameter = 'in' in part && 'name' in part && typeof part.name === 'string';
  return [
    ...Object.keys(properties ?? {}),
    ...(isParameter ? [String(part.name)] : []),
    ...Object.values(part).flatMap(namesIn),
  ];
}
