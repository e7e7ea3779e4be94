import type { Change, Job } from '@edf-pipeline/contracts';
import { createApiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import { followJobs } from './follow-jobs.ts';
import type { FollowJobsOptions, JobFollower } from './follow-jobs.ts';
import { problemOf, startFakeServer } from './test-support/fake-server.ts';
import type { FakeServer } from './test-support/fake-server.ts';
import { fakeTiming } from './test-support/fake-timing.ts';

const JOB = 'job_1';
let server: FakeServer;
const followers: JobFollower[] = [];
beforeEach(async () => {
  server = await startFakeServer();
  server.jobs.set(JOB, job('queued', 1));
});
afterEach(async () => {
  for (const follower of followers.splice(0)) follower.close();
  await server.close();
});

const job = (status: Job['status'], version: number) => ({ id: JOB, status, version }) as Job;
const changeTo = (status: Job['status'], version: number): Change => ({
  type: 'job',
  object: job(status, version),
});
const asks = () => server.log.filter((line) => line === `GET /v1/jobs/${JOB}`).length;

function follow(more: Partial<FollowJobsOptions> & { client?: ApiClient } = {}): JobFollower {
  const client = createApiClient({ baseUrl: server.url, getToken: () => server.token });
  const follower = followJobs({ client, ...more });
  followers.push(follower);
  return follower;
}

/** Resolves once the feed is open and the job was asked after behind its beginning. */
async function followed(): Promise<void> {
  while (asks() < 2) await new Promise((resolve) => setImmediate(resolve));
}

test('what a job does is heard from the feed, and the job is not asked after again', async () => {
  const told: string[] = [];
  const ended = follow().waitFor(JOB, ({ status, version }) => told.push(`${status}@${version}`));
  await followed();
  server.tell(changeTo('running', 2));
  server.tell(changeTo('running', 3));
  server.tell(changeTo('running', 2));
  server.tell(changeTo('succeeded', 4));
  expect(await ended).toEqual(job('succeeded', 4));
  expect(told).toEqual(['queued@1', 'running@2', 'running@3', 'succeeded@4']);
  expect(asks()).toBe(2);
});

test('a job that ended between the first answer and the beginning of the feed is seen', async () => {
  let asked = 0;
  server.jobNow = (now) => (++asked === 1 ? now : job('failed', 2));
  expect(await follow().waitFor(JOB)).toEqual(job('failed', 2));
});

test('what happens while the feed is cut is heard when it is back', async () => {
  const ended = follow().waitFor(JOB);
  await followed();
  server.cutStreams();
  server.tell(changeTo('succeeded', 2));
  expect(await ended).toMatchObject({ status: 'succeeded' });
});

test('many jobs, also the same one twice, are followed by one feed', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `job_${index}`);
  for (const id of ids) server.jobs.set(id, { ...job('queued', 1), id });
  const { waitFor } = follow();
  const ended = Promise.all([...ids, ...ids].map((id) => waitFor(id)));
  await followed();
  for (const id of ids) server.tell({ type: 'job', object: { ...job('succeeded', 2), id } });
  expect((await ended).map(({ id }) => id)).toEqual([...ids, ...ids]);
  // Once for the cursor to begin at, once for the stream.
  expect(server.log.filter((line) => line === 'GET /v1/events')).toHaveLength(1 + 1);
});

test('a server without a feed is asked, and a job that is a moment away is waited for', async () => {
  const answers = [null, job('running', 1), job('succeeded', 2)];
  server.react = ({ path }) => {
    if (path.startsWith('/v1/events')) return problemOf(404, 'not-found');
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer ? { status: 200, body: JSON.stringify(answer) } : problemOf(404, 'not-found');
  };
  const client = createApiClient({
    baseUrl: server.url,
    getToken: () => server.token,
    timing: fakeTiming(),
  });
  const told: string[] = [];
  const ended = await follow({ client }).waitFor(JOB, ({ status }) => told.push(status));
  expect(ended).toEqual(job('succeeded', 2));
  expect(told).toEqual(['running', 'succeeded']);
});

test('a job of which nothing was heard for long is asked after', async () => {
  server.jobNow = (now) => (asks() > 4 ? job('succeeded', 2) : now);
  expect(await follow({ quietSeconds: 0.01 }).waitFor(JOB)).toMatchObject({ status: 'succeeded' });
});

test('a job that is not there after its grace, a token that is refused and a limit end the waiting', async () => {
  const client = createApiClient({
    baseUrl: server.url,
    getToken: () => server.token,
    timing: fakeTiming(),
  });
  await expect(follow({ client }).waitFor('job_none')).rejects.toMatchObject({ code: 'not-found' });
  const limited = follow({ client, limitSeconds: 60 });
  await expect(limited.waitFor(JOB)).rejects.toMatchObject({ code: 'wait-limit' });
  server.react = () => problemOf(401, 'unauthenticated');
  await expect(follow().waitFor(JOB)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('an abort ends the waiting with its reason, and the feed', async () => {
  const controller = new AbortController();
  const ended = follow({ signal: controller.signal }).waitFor(JOB);
  await followed();
  controller.abort(new Error('stopped'));
  await expect(ended).rejects.toThrow('stopped');
});
