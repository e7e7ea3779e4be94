import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SQSClient,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { createLogger } from '@edf-pipeline/service';
import type { Ministack } from '@edf-pipeline/stand-ins';
import { standInClient, startMinistack } from '@edf-pipeline/stand-ins';
import { assertQueue } from './assert-queue.ts';
import type { MessageFate } from './handle-message.ts';
import { defaultSqsPollerSettings, pollSqs } from './poll-sqs.ts';
import { redriveDeadLetters } from './redrive-dead-letters.ts';

let ministack: Ministack;
let client: SQSClient;
beforeAll(async () => {
  ministack = await startMinistack();
  client = new SQSClient(standInClient(ministack.endpoint));
}, 60_000);
afterAll(async () => {
  client.destroy();
  await ministack.stop();
});

async function createQueues(name: string, maxReceiveCount: number) {
  const { QueueUrl: deadLetterQueueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName: `${name}-dead` }),
  );
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount });
  const { QueueUrl: queueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }),
  );
  return { queueUrl, deadLetterQueueUrl };
}

const send = (QueueUrl: string, MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody }));

/** Polls until `handle` has answered `count` times, then stops. */
async function handled(
  queueUrl: string,
  count: number,
  handle: (body: string) => MessageFate,
  visibilitySeconds = 60,
): Promise<string[]> {
  const bodies: string[] = [];
  const enough = Promise.withResolvers<void>();
  const poller = pollSqs({
    client,
    queueUrl,
    handle: async (body) => {
      bodies.push(body);
      if (bodies.length >= count) enough.resolve();
      return handle(body);
    },
    logger: createLogger({ name: 'test', level: 'silent' }),
    settings: { ...defaultSqsPollerSettings, waitSeconds: 1, visibilitySeconds },
  });
  await enough.promise;
  await poller.stop();
  return bodies;
}

async function visible(QueueUrl: string): Promise<number> {
  const AttributeNames = [
    'ApproximateNumberOfMessages' as const,
    'ApproximateNumberOfMessagesNotVisible' as const,
  ];
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return (
    Number(Attributes?.ApproximateNumberOfMessages) +
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
  );
}

test('Messages that are dealt with are gone', async () => {
  const { queueUrl } = await createQueues('dealt-with', 10);
  for (const body of ['a', 'b', 'c']) await send(queueUrl, body);

  expect((await handled(queueUrl, 3, () => 'delete')).sort()).toEqual(['a', 'b', 'c']);
  expect(await visible(queueUrl)).toBe(0);
}, 60_000);

test('A message that nobody can read is put aside, and a redrive brings it back', async () => {
  const queues = await createQueues('unreadable', 2);
  await send(queues.queueUrl, 'nonsense');
  await handled(queues.queueUrl, 2, () => 'leave', 1);
  // The third receive finds that it has been shown often enough.
  const after = pollSqs({
    client,
    queueUrl: queues.queueUrl,
    handle: async () => 'leave',
    logger: createLogger({ name: 'test', level: 'silent' }),
    settings: { ...defaultSqsPollerSettings, waitSeconds: 1, visibilitySeconds: 1 },
  });
  while ((await visible(queues.deadLetterQueueUrl)) === 0)
    await new Promise((resolve) => setTimeout(resolve, 100));
  await after.stop();

  expect(await redriveDeadLetters(client, queues, 100)).toBe(1);
  expect(await visible(queues.deadLetterQueueUrl)).toBe(0);
  expect(await handled(queues.queueUrl, 1, () => 'delete')).toEqual(['nonsense']);
}, 60_000);

test('A queue that is not there, or has no dead-letter queue, is refused with a sentence', async () => {
  const { queueUrl, deadLetterQueueUrl } = await createQueues('fit', 10);

  await expect(assertQueue(client, queueUrl)).resolves.toBeUndefined();
  await expect(assertQueue(client, deadLetterQueueUrl)).rejects.toThrow('Set its RedrivePolicy');
  await expect(assertQueue(client, `${queueUrl}-gone`)).rejects.toThrow('check EDF_QUEUE_URL');
}, 60_000);
