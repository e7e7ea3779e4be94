import { randomUUID } from 'node:crypto';
import type { Express, NextFunction, Request, Response } from 'express';
import express from 'express';
import { openApiDocument } from '@edf-pipeline/contracts/openapi';
import { accountRoutes } from './account-routes.ts';
import type { AdmitRequest } from './admit-request.ts';
import { createAdmission } from './admit-request.ts';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { boundInFlight, defaultInFlight } from './in-flight.ts';
import { jobRoutes } from './job-routes.ts';
import { operationsRoutes } from './operations-routes.ts';
import { ClientGone, HttpProblem, answerProblems } from './problem.ts';
import { recordingRoutes } from './recording-routes.ts';
import { uploadRoutes } from './upload-routes.ts';
import { usageRoutes } from './usage-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** One router for each kind of thing. */
const resources = [
  uploadRoutes,
  recordingRoutes,
  jobRoutes,
  accountRoutes,
  usageRoutes,
  operationsRoutes,
  webhookRoutes,
];

/** The HTTP edge. Routes parse, call a use case and render; everything thrown becomes a problem document. */
export function createGateway(deps: GatewayDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', deps.settings.trustedProxyHops ?? 0);
  app.use('/v1', boundInFlight(deps.settings.inFlight ?? defaultInFlight));
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
  const admit = createAdmission(deps);
  // Who asks comes first: the body of a stranger is not even read.
  routes.use(async (request, response, next) => {
    contexts.set(request, await contextOf(admit, request, response));
    next();
  });
  routes.use(express.json({ limit: '1mb', strict: true }));

  for (const routesOf of resources) routes.use(routesOf(deps, context));
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

async function contextOf(admit: AdmitRequest, request: Request, response: Response): Promise<RequestContext> {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(new ClientGone());
  });
  // Node shows the first of several: somebody between us and the client may go by another one.
  const [authorization, ...others] = request.headersDistinct.authorization ?? [];
  if (others.length > 0) throw new HttpProblem('unauthenticated', 'Send one Authorization header.');
  const caller = await admit(request, response, authorization);
  return { caller, from: request.ip ?? 'unknown', signal: gone.signal };
}
