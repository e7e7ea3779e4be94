import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Life } from './canaries/canary-life.ts';
import { deleteOne, liveThrough } from './canaries/canary-life.ts';
import { askDuringOutage, lookAround, refuseInContext, writeAsOthers } from './canaries/canary-requests.ts';
import type { Canary, Place, PlaceKind } from './canaries/canary.ts';
import { NEIGHBOUR, chosenCanaries, deleted } from './canaries/chosen-canaries.ts';
import type { CanaryFound } from './canaries/find-canaries.ts';
import { findCanaries, isLeak, leaksAmong, missingAmong } from './canaries/find-canaries.ts';
import type { HookEndpoints } from './canaries/hook-endpoints.ts';
import { startHookEndpoints } from './canaries/hook-endpoints.ts';
import { internalPlaces } from './canaries/internal-places.ts';
import { learnedCanaries, witnesses } from './canaries/learned-canaries.ts';
import { plantLeaks } from './canaries/plant-leaks.ts';
import { askWrongly } from './canaries/refused-requests.ts';
import type { WatchedCluster } from './canaries/watched-cluster.ts';
import { startWatchedCluster } from './canaries/watched-cluster.ts';
import { eventually } from './test-support/eventually.ts';

const TEST_MS = 240_000;
const OUTAGE_COMPLAINT = /A lease could not be renewed|An attempt could not be brought to an end/;
const folder = mkdtempSync(path.join(tmpdir(), 'edf-canaries-'));
let watched: WatchedCluster;
let hooks: HookEndpoints;
let life: Life;
let beforeDeletion: Place[];
let canaries: Canary[];
let places: Place[];
let found: CanaryFound[];

beforeAll(async () => {
  [watched, hooks] = await Promise.all([startWatchedCluster(folder), startHookEndpoints()]);
  const { webhooks } = watched.owner.client;
  for (const url of hooks.urls) {
    const events = ['job.succeeded', 'job.failed', 'recording.deleted'] as const;
    const { id } = await webhooks.create({ url, events: [...events] }, `hook ${url}`);
    await webhooks.test(id);
  }
  await writeAsOthers(watched);
  // What still runs when the other has failed would keep this process alive.
  const [lived, asked] = await Promise.allSettled([liveThrough(watched), askWrongly(watched)]);
  if (lived.status === 'rejected') throw lived.reason;
  if (asked.status === 'rejected') throw asked.reason;
  life = lived.value;
  await refuseInContext(watched, life);
  await lookAround(watched, life);
  beforeDeletion = await deleteOne(watched, life);
  await askDuringOutage(watched, OUTAGE_COMPLAINT);
  await eventually('a try at each endpoint', 30, () => hooks.count() >= hooks.urls.length);
  const internal = await internalPlaces(watched.cluster);
  await watched.stopProcesses();
  places = [...(await watched.places()), ...hooks.places(), ...internal];
  canaries = [...chosenCanaries, ...learnedCanaries(watched), ...witnesses(life)];
  found = findCanaries(canaries, places);
}, TEST_MS);
afterAll(async () => {
  hooks.stop();
  await watched.stop();
  rmSync(folder, { recursive: true });
}, TEST_MS);

const textsOf = (kind: PlaceKind) =>
  places.filter((place) => place.kind === kind).map(({ bytes }) => Buffer.from(bytes).toString());

/** Without spans and metrics: there are none yet. */
test('Of what identifies a person or lets somebody in, nothing stands in logs, Redis, queues, ledger, keys, problems, deliveries or at a neighbour', () => {
  expect(leaksAmong(found)).toEqual([]);
});

test('Every canary is found where it belongs, and an id in every kind of place', () => {
  expect(missingAmong(canaries, found)).toEqual([]);
  expect(findCanaries([deleted], beforeDeletion).map(({ place }) => place.kind)).toEqual([
    'source',
    'result',
  ]);
  const ofNeighbour = places.filter(({ tenant }) => tenant === NEIGHBOUR).map(({ kind }) => kind);
  expect(new Set(ofNeighbour)).toEqual(
    new Set(['ledger', 'audit row', 'source', 'result', 'answer', 'problem']),
  );
});

test('What was searched holds every way in which a job ends and a request is refused, and a talkative log', () => {
  const endings = Object.values(life.jobs).map(({ status, error }) => error?.code ?? status);
  expect(endings).toEqual(
    expect.arrayContaining(['succeeded', 'canceled', 'not-edf', 'gzip-damaged', 'out-of-memory']),
  );
  const codes = textsOf('problem').map((text) => /"code":"([\w-]+)"/.exec(text)?.[1]);
  expect([...new Set(codes)].sort()).toEqual([
    'file-too-large',
    'forbidden',
    'idempotency-key-required',
    'idempotency-key-reused',
    'malformed-json',
    'method-not-allowed',
    'not-found',
    'parts-missing',
    'request-too-large',
    'service-unavailable',
    'state-conflict',
    'unauthenticated',
    'unsupported-edf',
    'upload-ended',
    'validation-failed',
  ]);
  const sentences = new Set(
    textsOf('log').flatMap((log) => [...log.matchAll(/"msg":"([^"]+)"/g)].map(([, text]) => text)),
  );
  for (const sentence of [
    'A job ended an attempt',
    'An attempt failed',
    'A message is no object event; it is left for the dead-letter queue',
    'An object belongs to no upload; its event was dropped',
    'A webhook was tried',
    'Messages could not be received; it is tried again',
    'An internal request failed',
  ])
    expect(sentences).toContain(sentence);
});

/** Last: from here on the cluster is not what the product made of it. */
test(
  'A leak that is made on purpose is found in every kind of place, in whatever form, and no other',
  async () => {
    const [hookUrl = ''] = hooks.urls;
    const planted = await plantLeaks(watched, folder, hookUrl);
    const now = findCanaries(chosenCanaries, [...(await watched.places()), ...hooks.places()]);

    const leaks = now.filter((each) => isLeak(each) && each.canary !== chosenCanaries[0]);
    const said = leaks.map(({ canary, place, form }) => `${canary.what} in ${place.kind}, ${form}`);
    expect([...new Set(said)].sort()).toEqual(
      planted.map(({ canary, kind, form }) => `${canary.what} in ${kind}, ${form}`).sort(),
    );
  },
  TEST_MS,
);
