import { describePart, sha256Of } from '../../contract/harness.ts';
import type { ClientRequest, HttpAnswer } from '../../http-answer.ts';
import type { WrittenObject, SignedRequest } from '../../object-store.ts';
import type { S3Store } from '../s3-store.ts';
import { sendRaw } from './send-raw.ts';

export const recording = Buffer.from('the recording of patient one');
/** As long as the recording. */
export const forgery = Buffer.from('the recording of another one');

/** One upload of one tenant, what was signed for it, and what its holder may try. */
export interface AttackScene {
  readonly store: S3Store;
  readonly key: string;
  /** A key of another tenant, with an object. */
  readonly otherKey: string;
  readonly put: SignedRequest;
  readonly part: SignedRequest;
  readonly multipartId: string;
  /** Of a second upload under the same key. */
  readonly otherMultipartId: string;
  readonly get: SignedRequest;
  /** Of the object that `get` is signed for. */
  readonly readable: WrittenObject;
  send(request: ClientRequest, body?: Uint8Array, extraHeaders?: Record<string, string>): Promise<HttpAnswer>;
}

export async function prepareAttack(store: S3Store, id: string): Promise<AttackScene> {
  const key = `source/t1/${id}/source.edf`;
  const otherKey = `source/t2/${id}/source.edf`;
  const readableKey = `results/t1/${id}/report.json`;
  await store.write(otherKey, Buffer.from('of another tenant'), { contentType: 'application/edf' });
  await store.write(readableKey, Buffer.from('an older report'), { contentType: 'application/json' });
  const readable = await store.write(readableKey, Buffer.from('report'), { contentType: 'application/json' });
  const { multipartId } = await store.createMultipart(key, 'application/edf');
  const { multipartId: otherMultipartId } = await store.createMultipart(key, 'application/edf');
  const expiresInSeconds = 60;
  return {
    store,
    key,
    otherKey,
    readable,
    multipartId,
    otherMultipartId,
    put: await store.signPut({
      key,
      byteLength: recording.byteLength,
      checksumSha256: sha256Of(recording),
      contentType: 'application/edf',
      expiresInSeconds,
    }),
    part: await store.signPart({ key, multipartId, ...describePart(1, recording), expiresInSeconds }),
    get: await store.signGet({
      key: readableKey,
      versionId: readable.versionId,
      expiresInSeconds,
      downloadName: 'report.json',
    }),
    send: sendRaw,
  };
}

/** The request with a change to its address, which must hit something. */
export function withUrl(request: SignedRequest, change: (url: string) => string): ClientRequest {
  const url = change(request.url);
  if (url === request.url) throw new Error('The attack changes nothing.');
  return { ...request, url };
}

/** The request with one parameter of its address set, or removed. */
export function withParameter(request: SignedRequest, name: string, value?: string): ClientRequest {
  return withUrl(request, (text) => {
    const [path = '', search = ''] = text.split('?');
    const others = search.split('&').filter((pair) => !pair.startsWith(`${name}=`));
    const pairs = value === undefined ? others : [...others, `${name}=${encodeURIComponent(value)}`];
    return `${path}?${pairs.join('&')}`;
  });
}

/** The request without one of its headers, which must be there. */
export function withoutHeader(request: SignedRequest, name: string): ClientRequest {
  if (!(name in request.headers)) throw new Error('The attack changes nothing.');
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([each]) => each !== name));
  return { ...request, headers };
}
