import type { Message } from '@aws-sdk/client-sqs';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { createLogger } from '@edf-pipeline/service';
import type { MessageFate } from './handle-message.ts';
import type { SqsPollerDeps } from './poll-sqs.ts';
import { pollSqs } from './poll-sqs.ts';

const silent = createLogger({ name: 'test', level: 'silent' });
const settings = { receivers: 1, waitSeconds: 0, visibilitySeconds: 60, pauseSeconds: 0 };

/** Hands out each batch once, then waits like a long poll that finds nothing. */
function fakeSqs(batches: (readonly Message[] | Error)[]) {
  const sent: object[] = [];
  const drained = Promise.withResolvers<void>();
  const send = async (command: object, options?: { abortSignal?: AbortSignal }) => {
    if (!(command instanceof ReceiveMessageCommand)) {
      sent.push((command as { input: object }).input);
      return {};
    }
    const batch = batches.shift();
    if (batch instanceof Error) throw batch;
    if (batch) return { Messages: batch };
    drained.resolve();
    return new Promise((_resolve, reject) => {
      options?.abortSignal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
  return { client: { send } as unknown as SqsPollerDeps['client'], sent, drained: drained.promise };
}

const message = (handle: string, receives = 1): Message => ({
  Body: handle,
  ReceiptHandle: handle,
  Attributes: { ApproximateReceiveCount: String(receives) },
});

const run = async (
  batches: (readonly Message[] | Error)[],
  handle: (body: string) => Promise<MessageFate>,
): Promise<object[]> => {
  const sqs = fakeSqs(batches);
  const poller = pollSqs({ client: sqs.client, queueUrl: 'q', handle, logger: silent, settings });
  await sqs.drained;
  await poller.stop();
  return sqs.sent;
};

test('Only what has been dealt with is deleted; the rest comes again, later each time', async () => {
  const fates: Record<string, MessageFate> = { done: 'delete', again: 'retry', odd: 'leave' };

  const sent = await run(
    [[message('done'), message('again', 3), message('odd')]],
    async (body) => fates[body] ?? 'leave',
  );

  expect(sent).toEqual([
    { QueueUrl: 'q', Entries: [{ Id: '0', ReceiptHandle: 'done' }] },
    { QueueUrl: 'q', ReceiptHandle: 'again', VisibilityTimeout: 8 },
  ]);
  expect(new DeleteMessageBatchCommand(sent[0] as never)).toBeDefined();
  expect(new ChangeMessageVisibilityCommand(sent[1] as never)).toBeDefined();
});

test('A message whose handling fails is not deleted', async () => {
  const sent = await run([[message('bad', 20)]], async () => Promise.reject(new Error('no')));

  expect(sent).toEqual([{ QueueUrl: 'q', ReceiptHandle: 'bad', VisibilityTimeout: 900 }]);
});

test('A receive that fails is tried again', async () => {
  const handled: string[] = [];

  await run([new Error('503'), [message('a')]], async (body) => {
    handled.push(body);
    return 'delete';
  });

  expect(handled).toEqual(['a']);
});
