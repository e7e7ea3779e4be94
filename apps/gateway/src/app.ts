import { randomUUID } from 'node:crypto';
import type { Express, NextFunction, Request, Response } from 'express';
import express from 'express';
import { jobIdSchema, recordingIdSchema, uploadIdSchema } from '@edf-pipeline/contracts';
import { openApiDocument } from '@edf-pipeline/contracts/openapi';
import { pollChanges } from './change-feed.ts';
import { cancel, deleteRecording, retry } from './change.ts';
import { abortUpload, completeUpload } from './complete-upload.ts';
import { announceUpload } from './create-upload.ts';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { ClientGone, HttpProblem, answerProblems, notFound } from './problem.ts';
import { downloadRecording, showResult } from './show-result.ts';
import {
  showJob,
  showJobs,
  showLimits,
  showRecording,
  showRecordings,
  showUpload,
  showUploads,
} from './show.ts';
import { streamChanges } from './stream-changes.ts';
import { listArrivedParts, signParts } from './upload-parts.ts';

/** The HTTP edge. Routes parse, call a use case and render; everything thrown becomes a problem document. */
export function createGateway(deps: GatewayDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  // Named paths: behind this app a page may be served, whose files are to be kept by browsers.
  app.use(['/v1', '/healthz', '/readyz'], nameRequest);
  app.get(['/healthz', '/readyz'], (request, response) => {
    const { status, body } = deps.health.answer(request.path === '/healthz' ? '/healthz' : '/readyz');
    response.status(status).json(body);
  });
  const document = openApiDocument();
  app.get('/v1/openapi.json', (_request, response) => void response.json(document));
  app.use('/v1', createRoutes(deps));
  refuseOtherMethods(app, document.paths ?? {});
  app.use('/v1', (request) => {
    throw new HttpProblem('not-found', `There is no ${request.method} ${request.baseUrl}${request.path}.`);
  });
  app.use(answerProblems(deps.logger));
  return app;
}

function createRoutes(deps: GatewayDeps) {
  const routes = express.Router();
  const contexts = new WeakMap<Request, RequestContext>();
  const context = (request: Request): RequestContext => {
    const known = contexts.get(request);
    if (!known) throw new Error('the request has not been authenticated');
    return known;
  };
  // Who asks comes first: the body of a stranger is not even read.
  routes.use(async (request, response, next) => {
    contexts.set(request, await contextOf(deps, request, response));
    next();
  });
  routes.use(express.json({ limit: '1mb', strict: true }));

  routes.post('/uploads', async (request, response) => {
    const { status, upload } = await announceUpload(
      deps,
      context(request),
      request.get('idempotency-key'),
      request.body,
    );
    response.status(status).location(`/v1/uploads/${upload.id}`).json(upload);
  });
  routes.get('/uploads', async (request, response) => {
    response.json(await showUploads(deps, context(request), request.query));
  });
  routes.get('/uploads/:id', async (request, response) => {
    response.json(await showUpload(deps, context(request), uploadId(request)));
  });
  routes.delete('/uploads/:id', async (request, response) => {
    await abortUpload(deps, context(request), uploadId(request));
    response.status(204).end();
  });
  routes.post('/uploads/:id/parts', async (request, response) => {
    response.json(await signParts(deps, context(request), uploadId(request), request.body));
  });
  routes.get('/uploads/:id/parts', async (request, response) => {
    response.json(await listArrivedParts(deps, context(request), uploadId(request)));
  });
  routes.post('/uploads/:id/complete', async (request, response) => {
    const { status, upload } = await completeUpload(deps, context(request), uploadId(request));
    response.status(status).json(upload);
  });

  routes.get('/recordings', async (request, response) => {
    response.json(await showRecordings(deps, context(request), request.query));
  });
  routes.get('/recordings/:id', async (request, response) => {
    response.json(await showRecording(deps, context(request), recordingId(request)));
  });
  routes.delete('/recordings/:id', async (request, response) => {
    response.status(202).json(await deleteRecording(deps, context(request), recordingId(request)));
  });
  routes.post('/recordings/:id/download', async (request, response) => {
    response.json(await downloadRecording(deps, context(request), recordingId(request)));
  });

  routes.get('/jobs', async (request, response) => {
    response.json(await showJobs(deps, context(request), request.query));
  });
  routes.get('/jobs/:id', async (request, response) => {
    response.json(await showJob(deps, context(request), jobId(request)));
  });
  routes.post('/jobs/:id/cancel', async (request, response) => {
    response.status(202).json(await cancel(deps, context(request), jobId(request)));
  });
  routes.post('/jobs/:id/retry', async (request, response) => {
    response.status(202).json(await retry(deps, context(request), jobId(request)));
  });
  routes.get('/jobs/:id/result', async (request, response) => {
    response.json(await showResult(deps, context(request), jobId(request)));
  });

  routes.get('/events', async (request, response) => {
    const asked = context(request);
    const isStream = request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';
    if (isStream) await streamChanges(deps, asked, request.query, request.get('last-event-id'), response);
    else response.json(await pollChanges(deps, asked, request.query));
  });
  routes.get('/limits', async (request, response) => {
    response.json(await showLimits(deps, context(request)));
  });
  return routes;
}

/** A path of the contract that gets here was asked with a method that it does not take. */
function refuseOtherMethods(app: Express, paths: Readonly<Record<string, object>>): void {
  for (const [path, operations] of Object.entries(paths)) {
    const allowed = Object.keys(operations)
      .map((method) => method.toUpperCase())
      .join(', ');
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), (request, response) => {
      response.setHeader('allow', allowed);
      throw new HttpProblem('method-not-allowed', `${request.method} is not possible here; ${allowed} is.`);
    });
  }
}

function nameRequest(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('x-request-id', randomUUID());
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  next();
}

async function contextOf(deps: GatewayDeps, request: Request, response: Response): Promise<RequestContext> {
  const gone = new AbortController();
  response.on('close', () => gone.abort(new ClientGone()));
  // Node shows the first of several: somebody between us and the client may go by another one.
  const [authorization, ...others] = request.headersDistinct.authorization ?? [];
  if (others.length > 0) throw new HttpProblem('unauthenticated', 'Send one Authorization header.');
  const caller = await deps.verify(authorization);
  return { caller, from: request.socket.remoteAddress ?? 'unknown', signal: gone.signal };
}

/** An id that could not be one of ours is answered like one that does not exist. */
function idWith(schema: typeof uploadIdSchema) {
  return (request: Request): string => {
    const parsed = schema.safeParse(request.params.id);
    if (!parsed.success) throw notFound();
    return parsed.data;
  };
}

const uploadId = idWith(uploadIdSchema);
const recordingId = idWith(recordingIdSchema);
const jobId = idWith(jobIdSchema);
