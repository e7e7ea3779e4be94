import { EdfError } from './errors.ts';

/**
 * Where bytes come from: a file, a Blob, an object in a store. Everything in this library reads through it.
 * `slice` returns bytes [start, end): `end - start` of them, fewer only at the end of the source. The array may
 * be a view of the source's own memory: read it, do not change it.
 */
export interface ByteSource {
  readonly byteLength: number;
  slice(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * For sources that can: puts the bytes from `start` straight into `target` and says how many those are, fewer than
   * `target` takes only at the end of the source. Streaming is faster with it, since nothing is allocated.
   */
  readInto?(target: Uint8Array, start: number, signal?: AbortSignal): Promise<number>;
  /**
   * What one more read costs, as the number of bytes that could be read in the same time: some 16 KiB for a file that is
   * read synchronously, megabytes for a store at the end of a network. Where it is said, bytes that nobody needs are
   * skipped when that is cheaper; otherwise everything between is read.
   */
  readonly readOverheadBytes?: number;
}

/** Bytes that are already in memory. Slices are views, nothing is copied. */
export function byteSourceFromBytes(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.byteLength,
    async slice(start, end, signal) {
      signal?.throwIfAborted();
      return bytes.subarray(Math.max(0, start), Math.max(0, end));
    },
  };
}

/** A Blob or a File of the browser; only the bytes asked for are read. */
export function byteSourceFromBlob(blob: Blob): ByteSource {
  return {
    byteLength: blob.size,
    async slice(start, end, signal) {
      signal?.throwIfAborted();
      let buffer: ArrayBuffer;
      try {
        buffer = await blob.slice(start, end).arrayBuffer();
      } catch (cause) {
        throw new EdfError('source-read-failed', 'The file could not be read.', { offset: start, cause });
      }
      signal?.throwIfAborted();
      return new Uint8Array(buffer);
    },
  };
}

/**
 * An object behind HTTP, read by plain `Range: bytes=a-b` requests.
 * Suffix ranges (`bytes=-n`) and open ranges are never sent: browsers do not count them as safelisted headers and
 * would ask the server for permission first. Where `url` is a function it gives a freshly signed address; it is
 * asked again, once per slice, after 401 or 403, because presigned addresses expire while a page stays open.
 *
 * @throws EdfError `source-read-failed` (status, network), `range-invalid` (the server ignores ranges, or sends another
 * one or more than was asked for), `source-read-short` (less). An abort rejects with the signal's own reason.
 */
export function byteSourceFromUrl(
  url: string | (() => Promise<string>),
  byteLength: number,
  options: { fetch?: typeof fetch } = {},
): ByteSource {
  const send = options.fetch ?? fetch;
  let known: string | undefined = typeof url === 'string' ? url : undefined;

  async function get(start: number, end: number, signal?: AbortSignal): Promise<Response> {
    try {
      known ??= await (url as () => Promise<string>)();
      return await send(known, { headers: { Range: `bytes=${start}-${end - 1}` }, signal: signal ?? null });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new EdfError('source-read-failed', `Bytes ${start} to ${end} could not be fetched.`, {
        offset: start,
        cause,
      });
    }
  }

  return {
    byteLength,
    async slice(start, end, signal) {
      signal?.throwIfAborted();
      const last = Math.min(end, byteLength);
      if (start >= last) return new Uint8Array(0);
      let response = await get(start, last, signal);
      if ((response.status === 401 || response.status === 403) && typeof url === 'function') {
        await response.body?.cancel();
        known = undefined;
        response = await get(start, last, signal);
      }
      const whole = response.status === 200 && start === 0 && last === byteLength;
      if (response.status !== 206 && !whole) {
        await response.body?.cancel();
        const code = response.status === 200 ? 'range-invalid' : 'source-read-failed';
        const what = response.status === 200 ? 'ignores byte ranges' : `answered ${response.status}`;
        throw new EdfError(code, `The server ${what} (bytes ${start} to ${last}).`, { offset: start });
      }
      await refuseOtherRange(response, start, last);
      let bytes: Uint8Array;
      try {
        bytes = new Uint8Array(await response.arrayBuffer());
      } catch (cause) {
        signal?.throwIfAborted();
        throw new EdfError('source-read-failed', `The answer for bytes ${start} to ${last} broke off.`, {
          offset: start,
          cause,
        });
      }
      if (bytes.length === last - start) return bytes;
      const message = `The server sent ${bytes.length} bytes for bytes ${start} to ${last}, which are ${last - start}.`;
      const code = bytes.length < last - start ? 'source-read-short' : 'range-invalid';
      throw new EdfError(code, message, { offset: start });
    },
  };
}

/** Proxies and caches answer with ranges of their own. Pages of another origin may not see the field: then it is null. */
async function refuseOtherRange(response: Response, start: number, end: number): Promise<void> {
  const text = response.headers.get('Content-Range');
  if (response.status !== 206 || text === null) return;
  const sent = /^bytes (\d+)-(\d+)\//i.exec(text);
  if (sent !== null && Number(sent[1]) === start && Number(sent[2]) === end - 1) return;
  await response.body?.cancel();
  const what = sent === null ? 'a range it does not say' : `bytes ${sent[1]} to ${Number(sent[2]) + 1}`;
  const message = `The server sent ${what}, not bytes ${start} to ${end}.`;
  throw new EdfError('range-invalid', message, { offset: start });
}
