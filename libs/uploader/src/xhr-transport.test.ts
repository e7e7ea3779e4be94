import type { SignedPart } from '@edf-pipeline/contracts';
import { createXhrTransport, hasXhr } from './xhr-transport.ts';

const request: SignedPart = {
  partNumber: 1,
  method: 'PUT',
  url: 'http://store/part',
  headers: { 'x-amz-checksum-sha256': 'abc', 'content-length': '3', Host: 'store' },
  expiresAt: '2030-01-01T00:00:00Z',
};

class FakeXhr {
  static last: FakeXhr;
  status = 200;
  responseText = 'x'.repeat(5_000);
  upload: { onprogress: ((event: { loaded: number }) => void) | null } = { onprogress: null };
  headers: Record<string, string> = {};
  onload = () => {};
  onerror = () => {};
  onabort = () => {};
  constructor() {
    FakeXhr.last = this;
  }
  open() {}
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send() {}
  abort() {
    this.onabort();
  }
}

const global = globalThis as { XMLHttpRequest?: unknown };
afterEach(() => {
  delete global.XMLHttpRequest;
});

function put(signal = new AbortController().signal) {
  global.XMLHttpRequest = FakeXhr;
  const sent: number[] = [];
  const answer = createXhrTransport().putPart(
    request,
    new Uint8Array(3),
    (bytes) => sent.push(bytes),
    signal,
  );
  return { answer, sent };
}

test('outside of a browser there is none', () => {
  expect(hasXhr()).toBe(false);
});

test('signed headers are sent but those the browser sets, and bytes are told as they leave', async () => {
  const { answer, sent } = put();
  expect(hasXhr()).toBe(true);
  FakeXhr.last.upload.onprogress?.({ loaded: 2 });
  FakeXhr.last.onload();
  expect((await answer).status).toBe(200);
  expect(sent).toEqual([2]);
  expect(FakeXhr.last.headers).toEqual({ 'x-amz-checksum-sha256': 'abc' });
});

test('a failure of the network is a TypeError, as fetch has it', async () => {
  const { answer } = put();
  FakeXhr.last.onerror();
  await expect(answer).rejects.toBeInstanceOf(TypeError);
});

test('an abort rejects with its reason', async () => {
  const controller = new AbortController();
  const { answer } = put(controller.signal);
  controller.abort(new Error('stop'));
  await expect(answer).rejects.toThrow('stop');
});
