import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { UsageError } from './exit-code.ts';

/**
 * Where the browser comes back to after signing in. Cognito compares the whole address, port too, and takes plain HTTP
 * for `localhost` alone: these are registered with the app client (docs/operations.md).
 */
export const LOOPBACK_PORTS = [18_417, 18_418, 18_419] as const;

export const redirectUriFor = (port: number) => `http://localhost:${port}/signed-in`;

export interface LoopbackRedirect {
  readonly redirectUri: string;
  /** The parameters that the browser came back with under this state; others are not listened to. */
  wait(state: string, signal: AbortSignal): Promise<URLSearchParams>;
  close(): void;
}

/**
 * Listens on this machine alone, on the first port that is free.
 *
 * @throws UsageError when none is
 */
export async function startLoopbackRedirect(ports: readonly number[]): Promise<LoopbackRedirect> {
  for (const port of ports) {
    const server = createServer();
    const isOurs = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isOurs) continue;
    return {
      redirectUri: redirectUriFor(port),
      wait: (state, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          if (signal.aborted) reject(signal.reason);
          server.on('request', (request, response) => {
            const answer = answerIn(request, port);
            const isAnswer = answer?.get('state') === state;
            say(response, isAnswer ? (answer.has('code') ? 'in' : 'refused') : 'elsewhere');
            if (isAnswer) resolve(answer);
          });
        }),
      close: () => {
        server.close();
        server.closeAllConnections();
      },
    };
  }
  throw new UsageError(
    `the ports ${ports.join(', ')} are all in use; end what uses them, or name another with --port`,
  );
}

/** A page of somebody else's that knows the port can send anything here: host, path and state tell it apart. */
function answerIn({ method, url = '', headers }: IncomingMessage, port: number): URLSearchParams | null {
  const isHere = headers.host === `localhost:${port}` || headers.host === `127.0.0.1:${port}`;
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  return method === 'GET' && isHere && pathname === '/signed-in' ? searchParams : null;
}

const sentences = {
  in: [200, 'You are signed in. Close this window and go on in the terminal.'],
  refused: [400, 'You were not signed in. The terminal says why.'],
  elsewhere: [404, 'There is nothing here.'],
} as const;

function say(response: ServerResponse, what: keyof typeof sentences): void {
  const [status, sentence] = sentences[what];
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(`<!doctype html><title>edf</title><p>${sentence}</p>\n`);
}
