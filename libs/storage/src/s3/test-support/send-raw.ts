import { once } from 'node:events';
import { request as startRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { ClientRequest, HttpAnswer } from '../../http-answer.ts';

/**
 * Sends a request exactly as given: `fetch` would tidy up paths, refuse some headers and follow the browser's rules.
 * A body's length goes along unless a content-length is given.
 */
export async function sendRaw(
  request: ClientRequest,
  body?: Uint8Array,
  extraHeaders: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const [, host = '', target = '/'] = /^http:\/\/([^/]+)(.*)$/.exec(request.url) ?? [];
  const [hostname = '', port] = host.split(':');
  const headers: Record<string, string> = { ...request.headers, ...extraHeaders };
  if (request.method === 'PUT') headers['content-length'] ??= String(body?.byteLength ?? 0);
  const outgoing = startRequest({
    hostname,
    port,
    path: target,
    method: request.method,
    headers,
    agent: false,
  });
  outgoing.end(request.method === 'PUT' ? body : undefined);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const answered = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(answered),
    body: Buffer.concat(chunks),
  };
}
