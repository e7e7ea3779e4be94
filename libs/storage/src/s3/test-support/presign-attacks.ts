import { forgery, recording, withParameter, withUrl } from './attack-scene.ts';
import type { Attack } from './put-attacks.ts';
import { putAttacks } from './put-attacks.ts';

const partAttacks: readonly Attack[] = [
  {
    name: 'a part under another number',
    answer: 403,
    carryOut: ({ send, part }) => send(withParameter(part, 'partNumber', '2'), recording),
  },
  {
    name: 'a part of another upload',
    answer: 403,
    carryOut: ({ send, part, otherMultipartId }) =>
      send(withParameter(part, 'uploadId', otherMultipartId), recording),
  },
  {
    name: 'a part sent as a whole object',
    answer: 403,
    carryOut: ({ send, part }) =>
      send(
        {
          ...part,
          url: withParameter({ ...part, url: withParameter(part, 'uploadId').url }, 'partNumber').url,
        },
        recording,
      ),
  },
  {
    name: 'the signature of a part used to complete the upload',
    answer: 403,
    carryOut: ({ send, part }) => send({ ...part, method: 'POST' }),
  },
  {
    name: 'the signature of a part used to abort the upload',
    answer: 403,
    carryOut: ({ send, part }) => send({ ...part, method: 'DELETE' }),
  },
  { name: 'a part of other bytes', answer: 400, carryOut: ({ send, part }) => send(part, forgery) },
  {
    name: 'a part that is longer',
    answer: 403,
    carryOut: ({ send, part }) => send(part, Buffer.concat([recording, recording])),
  },
  {
    name: 'a part after its upload was aborted',
    answer: 404,
    async carryOut({ store, send, part, key, multipartId }) {
      await store.abortMultipart(key, multipartId);
      return send(part, recording);
    },
  },
];

const getAttacks: readonly Attack[] = [
  {
    name: 'the signature of a GET used for PUT',
    answer: 403,
    carryOut: ({ send, get }) => send({ ...get, method: 'PUT' }, forgery),
  },
  {
    name: 'the signature of a GET used for DELETE',
    answer: 403,
    carryOut: ({ send, get }) => send({ ...get, method: 'DELETE' }),
  },
  {
    name: 'a GET of another version',
    answer: 403,
    carryOut: ({ send, get, otherMultipartId }) => send(withParameter(get, 'versionId', otherMultipartId)),
  },
  {
    name: 'a GET of whatever version is current',
    answer: 403,
    carryOut: ({ send, get }) => send(withParameter(get, 'versionId')),
  },
  {
    name: 'a GET of the object of another tenant',
    answer: 403,
    carryOut: ({ send, get, readable, otherKey }) =>
      send(withUrl(get, (url) => url.replace(readable.key, otherKey))),
  },
  {
    name: 'a GET that is shown in the page in place of being saved',
    answer: 403,
    carryOut: ({ send, get }) => send(withParameter(get, 'response-content-disposition', 'inline')),
  },
  {
    name: 'a GET that comes back as a page',
    answer: 403,
    carryOut: ({ send, get }) => send(withParameter(get, 'response-content-type', 'text/html')),
  },
];

export const presignAttacks: readonly Attack[] = [...putAttacks, ...partAttacks, ...getAttacks];
