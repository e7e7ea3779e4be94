import { handleMessage } from './handle-message.ts';
import { announced, createWorld } from './test-support/world.ts';

const BUCKET = 'recordings';

const eventOf = (key: string, versionId = 'v1', bucket = BUCKET) => ({
  eventSource: 'aws:s3',
  eventName: 'ObjectCreated:Put',
  s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key), versionId } },
});
const messageOf = (...records: object[]) => JSON.stringify({ Records: records });

test('A message is forgotten once every object in it is accepted, and its jobs wait', async () => {
  const world = createWorld();
  const [first, second] = [await announced(world), await announced(world, 'other')];
  for (const { key } of [first, second]) world.objects.sizes.set(key, 1_000);

  const fate = await handleMessage(world.deps, BUCKET, messageOf(eventOf(first.key), eventOf(second.key)));

  expect(fate).toBe('delete');
  expect((await world.job(first.jobId)).phase).toBe('backlog');
  expect((await world.job(second.jobId, 'other')).phase).toBe('backlog');
});

test('The same message again changes nothing and is forgotten', async () => {
  const world = createWorld();
  const upload = await announced(world);
  world.objects.sizes.set(upload.key, 1_000);
  const body = messageOf(eventOf(upload.key));
  await handleMessage(world.deps, BUCKET, body);
  const job = await world.job(upload.jobId);

  expect(await handleMessage(world.deps, BUCKET, body)).toBe('delete');
  expect(await world.job(upload.jobId)).toEqual(job);
});

test('An object that cannot be seen yet is asked for again, and holds up the others of its message only', async () => {
  const world = createWorld();
  const [seen, unseen] = [await announced(world), await announced(world)];
  world.objects.sizes.set(seen.key, 1_000);

  const fate = await handleMessage(world.deps, BUCKET, messageOf(eventOf(unseen.key), eventOf(seen.key)));

  expect(fate).toBe('retry');
  expect((await world.job(seen.jobId)).phase).toBe('backlog');
});

test('An object of an upload that nobody made, a foreign key and a foreign bucket are dropped with a line in the log', async () => {
  const world = createWorld();
  const upload = await announced(world);
  world.objects.sizes.set(upload.key, 1_000);

  const fate = await handleMessage(
    world.deps,
    BUCKET,
    messageOf(
      eventOf('source/acme/upl_01AAAAAAAAAAAAAAAAAAAAAAAA/source.edf'),
      eventOf('somewhere/else + ü.edf'),
      eventOf(upload.key, 'v1', 'somebody-elses'),
    ),
  );

  expect(fate).toBe('delete');
  expect(world.log()).toContain('unknown-upload');
  expect(world.log()).toContain('foreign-key');
  expect(world.log()).toContain('another bucket');
  await expect(world.job(upload.jobId)).rejects.toThrow('there is no');
});

test('A ledger that does not answer leaves the message for later', async () => {
  const world = createWorld({
    ledgerStore: (store) => ({ ...store, write: async () => Promise.reject(new Error('away')) }),
  });
  const fate = await handleMessage(
    world.deps,
    BUCKET,
    messageOf(eventOf('source/acme/upl_01AAAAAAAAAAAAAAAAAAAAAAAA/source.edf')),
  );

  expect(fate).toBe('retry');
});

test('A message that is no notification is left for the dead-letter queue, and the log quotes nothing of it', async () => {
  const world = createWorld();

  expect(await handleMessage(world.deps, BUCKET, 'Jane Doe, born 1970')).toBe('leave');
  expect(world.log()).not.toContain('Jane');
});
