import { sendableHeaders } from './part-transport.ts';
import type { PartTransport } from './part-transport.ts';

/** The part of XMLHttpRequest that is used; declared here so that the library needs no DOM types. */
interface Xhr {
  readonly status: number;
  readonly responseText: string;
  readonly upload: { onprogress: ((event: { loaded: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: Uint8Array): void;
  abort(): void;
}

function xhrConstructor(): (new () => Xhr) | undefined {
  return (globalThis as { XMLHttpRequest?: new () => Xhr }).XMLHttpRequest;
}

/** Whether this is a place where `createXhrTransport` works. */
export function hasXhr(): boolean {
  return typeof xhrConstructor() === 'function';
}

/** Sends parts by XMLHttpRequest: the one way a browser tells how many bytes of a body have left. */
export function createXhrTransport(): PartTransport {
  return {
    reportsBytes: true,
    putPart: (request, body, onBytes, signal) =>
      new Promise((resolve, reject) => {
        const Constructor = xhrConstructor();
        if (!Constructor) throw new Error('there is no XMLHttpRequest here; use createFetchTransport');
        signal.throwIfAborted();
        const xhr = new Constructor();
        const onAbort = () => xhr.abort();
        const settle = (finish: () => void) => () => {
          signal.removeEventListener('abort', onAbort);
          finish();
        };
        xhr.open(request.method, request.url);
        for (const [name, value] of Object.entries(sendableHeaders(request)))
          xhr.setRequestHeader(name, value);
        xhr.upload.onprogress = (event) => onBytes(event.loaded);
        xhr.onload = settle(() => resolve({ status: xhr.status, text: xhr.responseText.slice(0, 2_000) }));
        xhr.onerror = settle(() => reject(new TypeError('the object store cannot be reached')));
        xhr.onabort = settle(() => reject(signal.reason));
        signal.addEventListener('abort', onAbort, { once: true });
        xhr.send(body);
      }),
  };
}
