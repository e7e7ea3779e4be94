import type { SignedPart } from '@edf-pipeline/contracts';

/** What the object store answered; network failures are thrown. */
export interface PartAnswer {
  readonly status: number;
  /** Beginning of the body of an answer that is no success: the store's error code is in it. */
  readonly text: string;
}

/**
 * Carries out one signed request. `onBytes` is told the number of bytes of this part that have left so far.
 */
export interface PartTransport {
  /** False when bytes cannot be seen leaving: stalls are then judged by a lowest speed. */
  readonly reportsBytes: boolean;
  putPart(
    request: SignedPart,
    body: Uint8Array,
    onBytes: (sentBytes: number) => void,
    signal: AbortSignal,
  ): Promise<PartAnswer>;
}

const CHUNK_BYTES = 64 * 1_024;
const ERROR_TEXT_CHARACTERS = 2_000;

/**
 * Sends parts by fetch.
 *
 * @param options.streamBodies Node only: bodies are read chunk by chunk, which shows their progress.
 *   Browsers stream request bodies over HTTP/2 alone: there use `createXhrTransport`.
 */
export function createFetchTransport(
  options: { fetch?: typeof fetch; streamBodies?: boolean } = {},
): PartTransport {
  const fetchImplementation = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const isStreaming = options.streamBodies ?? false;
  return {
    reportsBytes: isStreaming,
    async putPart(request, body, onBytes, signal) {
      const headers = sendableHeaders(request);
      // A stream has no length of its own; the store wants one.
      if (isStreaming) headers['content-length'] = String(body.byteLength);
      const init = {
        method: request.method,
        headers,
        signal,
        body: isStreaming ? chunksOf(body, onBytes) : body,
        ...(isStreaming && { duplex: 'half' }),
      } as RequestInit;
      const response = await fetchImplementation(request.url, init);
      if (response.ok) {
        await response.body?.cancel();
        onBytes(body.byteLength);
        return { status: response.status, text: '' };
      }
      return { status: response.status, text: (await response.text()).slice(0, ERROR_TEXT_CHARACTERS) };
    },
  };
}

/** The signed headers but `content-length`, which the platform sets and forbids to be set. */
export function sendableHeaders(request: SignedPart): Record<string, string> {
  const entries = Object.entries<string>(request.headers).filter(
    ([name]) => !['content-length', 'host'].includes(name.toLowerCase()),
  );
  return Object.fromEntries(entries);
}

function chunksOf(body: Uint8Array, onBytes: (sentBytes: number) => void): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent >= body.byteLength) {
          controller.close();
          return;
        }
        // A copy: the receiver may take the buffer over, and a retry needs ours.
        const chunk = body.slice(sent, sent + CHUNK_BYTES);
        sent += chunk.byteLength;
        onBytes(sent);
        controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
}
