import { byteSourceFromBlob, byteSourceFromBytes, byteSourceFromUrl } from './byte-source.ts';
import { isEdfError } from './errors.ts';

const content = Uint8Array.from({ length: 100 }, (_, i) => i);

/** An object server: answers ranges, refuses addresses it does not know. */
function server(valid: string, log: string[] = []): typeof fetch {
  return async (input, init) => {
    const range = new Headers(init?.headers).get('range') ?? '';
    log.push(`${String(input)} ${range}`);
    init?.signal?.throwIfAborted();
    if (String(input) !== valid) return new Response('expired', { status: 403 });
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range)!;
    return new Response(content.slice(Number(start), Number(end) + 1), { status: 206 });
  };
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (isEdfError(error) ? error.code : error),
  );
}

const sources = {
  bytes: () => byteSourceFromBytes(content),
  blob: () => byteSourceFromBlob(new Blob([content])),
  url: () => byteSourceFromUrl('https://store/x', 100, { fetch: server('https://store/x') }),
};

describe.each(Object.entries(sources))('a source from %s', (_name, create) => {
  test('gives the bytes asked for, fewer only at its end', async () => {
    const source = create();
    expect(source.byteLength).toBe(100);
    expect([...(await source.slice(10, 14))]).toEqual([10, 11, 12, 13]);
    expect([...(await source.slice(98, 120))]).toEqual([98, 99]);
    expect(await source.slice(100, 110)).toHaveLength(0);
    expect(await source.slice(5, 5)).toHaveLength(0);
  });

  test('rejects with the reason of an abort', async () => {
    const reason = new Error('enough');
    expect(await codeOf(create().slice(0, 4, AbortSignal.abort(reason)))).toBe(reason);
  });
});

test('a source from a function asks once more for an address that has expired', async () => {
  const log: string[] = [];
  const addresses = ['https://store/old', 'https://store/new'];
  const source = byteSourceFromUrl(async () => addresses.shift()!, 100, {
    fetch: server('https://store/new', log),
  });
  expect([...(await source.slice(1, 3))]).toEqual([1, 2]);
  expect([...(await source.slice(3, 4))]).toEqual([3]);
  expect(log).toEqual([
    'https://store/old bytes=1-2',
    'https://store/new bytes=1-2',
    'https://store/new bytes=3-3',
  ]);
});

test('a source whose address stays refused fails after the second time', async () => {
  let asked = 0;
  const url = async (): Promise<string> => `https://store/${asked++}`;
  const source = byteSourceFromUrl(url, 100, { fetch: server('https://store/x') });
  expect(await codeOf(source.slice(0, 4))).toBe('source-read-failed');
  expect(asked).toBe(2);
});

test('a server that ignores ranges is refused unless the whole object was asked for', async () => {
  const whole: typeof fetch = async () => new Response(content, { status: 200 });
  const source = byteSourceFromUrl('https://store/x', 100, { fetch: whole });
  expect(await codeOf(source.slice(0, 4))).toBe('range-invalid');
  expect(await source.slice(0, 100)).toHaveLength(100);
});

test('an answer with another range, or another number of bytes, is refused with both named', async () => {
  const answer = (length: number, range?: string): Promise<Uint8Array> => {
    const headers = range === undefined ? {} : { 'Content-Range': range };
    const fetched = async () => new Response(content.slice(0, length), { status: 206, headers });
    return byteSourceFromUrl('https://store/x', 100, { fetch: fetched }).slice(50, 60);
  };
  await expect(answer(50, 'bytes 0-49/100')).rejects.toMatchObject({
    code: 'range-invalid',
    offset: 50,
    message: 'The server sent bytes 0 to 50, not bytes 50 to 60.',
  });
  await expect(answer(10, 'bytes 40-49/100')).rejects.toMatchObject({ code: 'range-invalid' });
  await expect(answer(10, 'bytes */100')).rejects.toMatchObject({ code: 'range-invalid' });
  const sent = (length: number): string =>
    `The server sent ${length} bytes for bytes 50 to 60, which are 10.`;
  await expect(answer(11)).rejects.toMatchObject({ code: 'range-invalid', message: sent(11) });
  await expect(answer(9, 'bytes 50-59/100')).rejects.toMatchObject({
    code: 'source-read-short',
    message: sent(9),
  });
  expect(await answer(10, 'bytes 50-59/*')).toHaveLength(10);
});

test('a network that fails and an answer that breaks off are source-read-failed', async () => {
  const dead: typeof fetch = async () => Promise.reject(new TypeError('fetch failed'));
  expect(await codeOf(byteSourceFromUrl('https://store/x', 100, { fetch: dead }).slice(0, 4))).toBe(
    'source-read-failed',
  );
  const broken: typeof fetch = async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('reset')) });
    return new Response(body, { status: 206 });
  };
  expect(await codeOf(byteSourceFromUrl('https://store/x', 100, { fetch: broken }).slice(0, 4))).toBe(
    'source-read-failed',
  );
});

test('a Blob that cannot be read any more is source-read-failed', async () => {
  const gone = {
    size: 100,
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error('moved')) }),
  } as unknown as Blob;
  expect(await codeOf(byteSourceFromBlob(gone).slice(0, 4))).toBe('source-read-failed');
});
