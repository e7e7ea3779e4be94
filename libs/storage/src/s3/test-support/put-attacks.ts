import { sha256Of } from '../../contract/harness.ts';
import type { HttpAnswer } from '../../http-answer.ts';
import type { AttackScene } from './attack-scene.ts';
import { forgery, recording, withParameter, withUrl, withoutHeader } from './attack-scene.ts';

/** A way to get more out of a signed request than was signed. */
export interface Attack {
  readonly name: string;
  /** What S3 answers, by its documentation. */
  readonly answer: number;
  /** True where ministack lets it through: docs/stand-ins.md. */
  readonly isMissedByMinistack?: boolean;
  carryOut(scene: AttackScene): Promise<HttpAnswer>;
}

/** What the holder of a signed PUT may try. */
export const putAttacks: readonly Attack[] = [
  {
    name: 'a longer body',
    answer: 403,
    carryOut: ({ send, put }) => send(put, Buffer.concat([recording, recording])),
  },
  {
    name: 'a body longer by one',
    answer: 403,
    carryOut: ({ send, put }) => send(put, Buffer.concat([recording, Buffer.from('x')])),
  },
  { name: 'a shorter body', answer: 403, carryOut: ({ send, put }) => send(put, recording.subarray(1)) },
  { name: 'an empty body', answer: 403, carryOut: ({ send, put }) => send(put, new Uint8Array()) },
  { name: 'other bytes of the same length', answer: 400, carryOut: ({ send, put }) => send(put, forgery) },
  {
    name: 'other bytes with their own checksum',
    answer: 403,
    carryOut: ({ send, put }) => send(put, forgery, { 'x-amz-checksum-sha256': sha256Of(forgery) }),
  },
  {
    name: 'other bytes and no checksum',
    answer: 403,
    carryOut: ({ send, put }) => send(withoutHeader(put, 'x-amz-checksum-sha256'), forgery),
  },
  {
    name: 'a checksum moved into the address',
    answer: 403,
    carryOut: ({ send, put }) =>
      send(
        {
          ...withoutHeader(put, 'x-amz-checksum-sha256'),
          url: withParameter(put, 'x-amz-checksum-sha256', sha256Of(forgery)).url,
        },
        forgery,
      ),
  },
  {
    name: 'another key of the tenant',
    answer: 403,
    carryOut: ({ send, put, key }) =>
      send(
        withUrl(put, (url) => url.replace(key, `${key}.2`)),
        recording,
      ),
  },
  {
    name: 'the key of another tenant',
    answer: 403,
    carryOut: ({ send, put, key, otherKey }) =>
      send(
        withUrl(put, (url) => url.replace(key, otherKey)),
        recording,
      ),
  },
  {
    name: 'a path that climbs to another tenant',
    answer: 403,
    carryOut: ({ send, put, key, otherKey }) =>
      send(
        withUrl(put, (url) => url.replace(key, `${key}/../../../../${otherKey}`)),
        recording,
      ),
  },
  {
    name: 'a path that climbs, encoded',
    answer: 403,
    carryOut: ({ send, put, key, otherKey }) =>
      send(
        withUrl(put, (url) => url.replace(key, `${key}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/${otherKey}`)),
        recording,
      ),
  },
  {
    name: 'another bucket',
    answer: 403,
    carryOut: ({ send, put }) =>
      send(
        withUrl(put, (url) => url.replace('/recordings/', '/other-bucket/')),
        recording,
      ),
  },
  ...(['GET', 'HEAD', 'DELETE', 'POST'] as const).map((method): Attack => ({
    name: `the signature of a PUT used for ${method}`,
    answer: 403,
    carryOut: ({ send, put }) => send({ ...put, method }),
  })),
  {
    name: 'another content type',
    answer: 403,
    carryOut: ({ send, put }) => send(put, recording, { 'content-type': 'text/html' }),
  },
  {
    name: 'no content type',
    answer: 403,
    carryOut: ({ send, put }) => send(withoutHeader(put, 'content-type'), recording),
  },
  {
    name: 'no condition',
    answer: 403,
    carryOut: ({ send, put }) => send(withoutHeader(put, 'if-none-match'), recording),
  },
  {
    name: 'a condition that always holds',
    answer: 403,
    carryOut: ({ send, put }) => send(put, recording, { 'if-none-match': '"never"' }),
  },
  {
    name: 'a header taken off the list of signed ones',
    answer: 403,
    carryOut: ({ send, put }) =>
      send(
        {
          ...withoutHeader(put, 'if-none-match'),
          url: withUrl(put, (url) => url.replace('if-none-match%3B', '')).url,
        },
        recording,
      ),
  },
  {
    name: 'a copy of an object of another tenant',
    answer: 403,
    isMissedByMinistack: true,
    carryOut: ({ send, put, otherKey }) =>
      send(put, recording, { 'x-amz-copy-source': `/recordings/${otherKey}` }),
  },
  {
    name: 'a header that makes the object public',
    answer: 403,
    isMissedByMinistack: true,
    carryOut: ({ send, put }) => send(put, recording, { 'x-amz-acl': 'public-read' }),
  },
  {
    name: 'metadata that was not signed',
    answer: 403,
    isMissedByMinistack: true,
    carryOut: ({ send, put }) => send(put, recording, { 'x-amz-meta-write-id': 'somebody' }),
  },
  {
    name: 'a body announced as streamed and unsigned',
    answer: 403,
    isMissedByMinistack: true,
    carryOut: ({ send, put }) =>
      send(put, recording, { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }),
  },
  {
    name: 'another host',
    answer: 403,
    carryOut: ({ send, put }) => send(put, recording, { host: 'recordings.s3.amazonaws.com' }),
  },
  {
    name: 'a longer life',
    answer: 403,
    carryOut: ({ send, put }) => send(withParameter(put, 'X-Amz-Expires', '86400'), recording),
  },
  {
    name: 'a later beginning',
    answer: 403,
    carryOut: ({ send, put }) =>
      send(
        withUrl(put, (url) =>
          url.replace(/(X-Amz-Date=\d{8}T\d{4}\d)(\d)/, (_, start, last) => `${start}${9 - last}`),
        ),
        recording,
      ),
  },
  {
    name: 'another access key',
    answer: 403,
    carryOut: ({ send, put }) =>
      send(
        withUrl(put, (url) => url.replace('Credential=test%2F', 'Credential=root%2F')),
        recording,
      ),
  },
  {
    name: 'a signature of zeros',
    answer: 403,
    carryOut: ({ send, put }) => send(withParameter(put, 'X-Amz-Signature', '0'.repeat(64)), recording),
  },
  {
    name: 'half a signature',
    answer: 403,
    carryOut: ({ send, put }) =>
      send(
        withUrl(put, (url) => url.replace(/(X-Amz-Signature=.{32}).{32}/, '$1')),
        recording,
      ),
  },
  {
    name: 'no signature at all',
    answer: 403,
    carryOut: ({ send, put }) =>
      send(
        withUrl(put, (url) => url.slice(0, url.indexOf('?'))),
        recording,
      ),
  },
  {
    name: 'a sub-resource added to the address',
    answer: 403,
    carryOut: ({ send, put }) =>
      send(
        withUrl(put, (url) => `${url}&acl`),
        recording,
      ),
  },
];
