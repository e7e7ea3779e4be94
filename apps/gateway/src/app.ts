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
import { HttpProblem, answerProblems, notFound } from './problem.ts';
import { downloadRecording, showResult } from './show-result.ts';
import { showJob, showJobs, showLimits, showRecording, showRecordings, showUpload, showUploads } from './show.ts';
import { streamChanges } from './stream-changes.ts';
import { listArrivedParts, signParts } from './upload-parts.ts';

/** The HTTP edge. Routes parse, call a use case and render; everything thrown becomes a problem document. */
export function createGateway(deps: GatewayDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(nameRequest);
  app.get(['/healthz', '/readyz'], (request, response) => {
    const { status, body } = deps.health.answer(request.path === '/healthz' ? '/healthz' : '/readyz');
    response.status(status).json(body);
  });
  const document = openApiDocument();
  app.get('/v1/openapi.json', (_request, response) => void response.json(document));
  app.use('/v1', createRoutes(deps));
  app.use('/v1', (request) => {
    throw new HttpProblem('not-found', `There is no ${request.method} ${request.baseUrl}${request.path}.`);
  });
  app.use(answerProblems(deps.logger));
  return app;
}

function createRoutes(deps: GatewayDeps) {
  const routes = express.Router();
  const context = (request: Request, response: Response) => contextOf(deps, request, response);
  routes.use(express.json({ limit: '1mb', strict: true }));

  routes.post('/uploads', async (request, response) => {
    const { status, upload } = await announceUpload(deps, await context(request, response), request.get('idempotency-key'), request.body);
    response.status(status).location(`/v1/uploads/${upload.id}`).json(upload);
  });
  routes.get('/uploads', async (request, response) => {
    response.json(await showUploads(deps, await context(request, response), request.query));
  });
  routes.get('/uploads/:id', async (request, response) => {
    response.json(await showUpload(deps, await context(request, response), uploadId(request)));
  });
  routes.delete('/uploads/:id', async (request, response) => {
    await abortUpload(deps, await context(request, response), uploadId(request));
    response.status(204).end();
  });
  routes.post('/uploads/:id/parts', async (request, response) => {
    response.json(await signParts(deps, await context(request, response), uploadId(request), request.body));
  });
  routes.get('/uploads/:id/parts', async (request, response) => {
    response.json(await listArrivedParts(deps, await context(request, response), uploadId(request)));
  });
  routes.post('/uploads/:id/complete', async (request, response) => {
    const { status, upload } = await completeUpload(deps, await context(request, response), uploadId(request));
    response.status(status).json(upload);
  });

  routes.get('/recordings', async (request, response) => {
    response.json(await showRecordings(deps, await context(request, response), request.query));
  });
  routes.get('/recordings/:id', async (request, response) => {
    response.json(await showRecording(deps, await context(request, response), recordingId(request)));
  });
  routes.delete('/recordings/:id', async (request, response) => {
    response.status(202).json(await deleteRecording(deps, await context(request, response), recordingId(request)));
  });
  routes.post('/recordings/:id/download', async (request, response) => {
    response.json(await downloadRecording(deps, await context(request, response), recordingId(request)));
  });

  routes.get('/jobs', async (request, response) => {
    response.json(await showJobs(deps, await context(request, response), request.query));
  });
  routes.get('/jobs/:id', async (request, response) => {
    response.json(await showJob(deps, await context(request, response), jobId(request)));
  });
  routes.post('/jobs/:id/cancel', async (request, response) => {
    response.status(202).json(await cancel(deps, await context(request, response), jobId(request)));
  });
  routes.post('/jobs/:id/retry', async (request, response) => {
    response.status(202).json(await retry(deps, await context(request, response), jobId(request)));
  });
  routes.get('/jobs/:id/result', async (request, response) => {
    response.json(await showResult(deps, await context(request, response), jobId(request)));
  });

  routes.get('/events', async (request, response) => {
    const asked = await context(request, response);
    const isStream = request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';
    if (isStream) await streamChanges(deps, asked, request.query, request.get('last-event-id'), response);
    else response.json(await pollChanges(deps, asked, request.query));
  });
  routes.get('/limits', async (request, response) => {
    response.json(await showLimits(deps, await context(request, response)));
  });
  return routes;
}

function nameRequest(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('x-request-id', randomUUID());
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  next();
}

async function contextOf(deps: GatewayDeps, request: Request, response: Response): Promise<RequestContext> {
  const caller = await deps.verify(request.get('authorization'));
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('the client has gone')));
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
