import path from 'node:path';
import type { ErrorRequestHandler, RequestHandler, Router } from 'express';
import express from 'express';

export interface PageOptions {
  /** Folder with index.html and assets/ (hashed names). */
  readonly folder: string;
  /** What the page is told before anything else: how people sign in. */
  readonly appConfig: unknown;
  /** Origins besides our own that the page may talk to. */
  readonly connectOrigins: readonly string[];
}

/** Serves the web page: its own origin and the object store, nothing else, may be talked to. */
export function servePage({ folder, appConfig, connectOrigins }: PageOptions): Router {
  const router = express.Router();
  router.use(protect(connectOrigins));
  router.get('/app-config.json', (_request, response) => {
    response.setHeader('cache-control', 'no-cache');
    response.json(appConfig);
  });
  router.use(
    '/assets',
    express.static(path.join(folder, 'assets'), {
      immutable: true,
      maxAge: '1y',
      index: false,
      redirect: false,
      cacheControl: true,
    }),
  );
  router.use(express.static(folder, { index: false, redirect: false, maxAge: 0 }));
  // Every other address that a browser navigates to is a view of the page.
  router.get('/{*view}', (request, response, next) => {
    if (!request.accepts('html') || /^\/(v1|assets|storage|local)\b/.test(request.path)) return next();
    // It names the assets of one build: a kept copy would ask for those of an earlier one.
    response.setHeader('cache-control', 'no-cache');
    response.sendFile('index.html', { root: folder, cacheControl: false });
  });
  router.use(answerBadAddress);
  return router;
}

/** An address that cannot be read, or a file that is not there; express would show the stack. */
const answerBadAddress: ErrorRequestHandler = (error, _request, response, next) => {
  const status = Number(error?.status);
  if (response.headersSent || !(status >= 400 && status < 500)) return next(error);
  response.status(status).type('text/plain').send('There is no such page.\n');
};

function protect(connectOrigins: readonly string[]): RequestHandler {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    `img-src 'self' blob: data: ${connectOrigins.join(' ')}`.trim(),
    `connect-src 'self' ${connectOrigins.join(' ')}`.trim(),
    "worker-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
  return (_request, response, next) => {
    response.setHeader('content-security-policy', policy);
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('x-content-type-options', 'nosniff');
    next();
  };
}
