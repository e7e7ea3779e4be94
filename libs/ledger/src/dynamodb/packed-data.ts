import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * What rows have in common, the most frequent last: names of fields in their order, ids' beginnings, words.
 * Frozen: packed items can be read with this text only. Another dictionary needs another attribute.
 */
const dictionary = Buffer.from(
  [
    '"sealedFileName":null,"method":"multipart","multipartId":null,"declaredContentId":null,"duplicateOf":null,',
    '"preflight":{"variant":"EDF+C","signalCount":2,"durationSeconds":30,"expectedByteLength":1048576,"findings":[],',
    '"estimate":{"tier":"small","seconds":1}},"expiresAt":"2026-01-01T00:00:00.000Z","cleanedAt":null,"due":null}',
    '{"kind":"upload","id":"upl_01K","tenant":"","status":"completed","rejection":null,"sealedFileName":"',
    '","byteLength":104857600,"method":"single","partByteLength":16777216,"partCount":1,"key":"source//upl_01K',
    '/source.edf","multipartId":"","pipeline":"default@1","recordingId":"rec_01K","jobId":"job_01K',
    '"error":{"class":"transient","code":"","message":"","retryable":true},"what":"failed","class":"infrastructure",',
    '"result":{"epoch":1,"prefix":"results//job_01K/1/","manifestSha256":"',
    '{"kind":"job","id":"job_01K","tenant":"","recordingId":"rec_01K","uploadId":"upl_01K","pipeline":"default@1",',
    '"status":"queued","phase":"backlog","status":"running","phase":"running","status":"succeeded","phase":"done",',
    '"pool":"small","priority":0,"source":{"key":"source//upl_01K/source.edf","versionId":"","byteLength":104857600,',
    '"contentId":"=-7"},"rangeCount":1,"dispatch":1,"executorRef":null,"attempts":0,"crashes":0,"evictions":0,',
    '"lostDispatches":0,"error":null,"result":null,"createdAt":"2026-01-01T00:00:00.000Z","startedAt":null,',
    '"finishedAt":null,"history":[{"at":"2026-01-01T00:00:00.000Z","what":"accepted"},{"at":"2026-01-01T00:00:00.000Z',
    '","what":"admitted","dispatch":1},{"at":"2026-01-01T00:00:00.000Z","what":"dispatched","dispatch":1},{"at":"2026-',
    '","what":"claimed","dispatch":1,"epoch":1,"owner":"edf-processor-"},{"at":"2026-01-01T00:00:00.000Z",',
    '"what":"committed","epoch":1,"owner":""}],"due":"2026-01-01T00:00:00.000Z"}',
  ].join(''),
);

/** JSON text, deflated with the dictionary: about a quarter to a third of the length. */
export const packData = (json: string): Uint8Array => deflateRawSync(json, { dictionary, level: 9 });

export const unpackData = (packed: Uint8Array): unknown =>
  JSON.parse(inflateRawSync(packed, { dictionary }).toString('utf8'));
