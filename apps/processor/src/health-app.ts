import type { RequestListener } from 'node:http';
import type { Health } from '@edf-pipeline/service';

/** Probes are all that this process answers over HTTP. */
export function createHealthApp(health: Health): RequestListener {
  return (request, response) => {
    const path = request.url === '/healthz' || request.url === '/readyz' ? request.url : null;
    const { status, body } = path ? health.answer(path) : { status: 404, body: { status: 'nothing here' } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}
