import type { Message } from '@aws-sdk/client-sqs';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { redriveDeadLetters } from './redrive-dead-letters.ts';

const queues = { deadLetterQueueUrl: 'dead', queueUrl: 'live' };

/** Two queues of which a request can fail; a message that was received is not shown again. */
function fakeQueues(bodies: readonly string[], failsAt: (command: object) => boolean = () => false) {
  const dead: Message[] = bodies.map((Body) => ({ Body, ReceiptHandle: `handle-${Body}` }));
  const kept = new Map(dead.map(({ ReceiptHandle, Body }) => [ReceiptHandle, Body]));
  const live: (string | undefined)[] = [];
  const send = async (command: object) => {
    if (failsAt(command)) throw new Error('cut');
    if (command instanceof ReceiveMessageCommand)
      return { Messages: dead.splice(0, command.input.MaxNumberOfMessages) };
    if (command instanceof SendMessageCommand) live.push(command.input.MessageBody);
    if (command instanceof DeleteMessageCommand) kept.delete(command.input.ReceiptHandle);
    return {};
  };
  const client = { send } as unknown as Parameters<typeof redriveDeadLetters>[0];
  return { client, live, dead: () => [...kept.values()] };
}

test('Dead letters are moved to where they came from, and no more of them than asked for', async () => {
  const bodies = Array.from({ length: 25 }, (_, index) => `message ${index}`);
  const { client, live, dead } = fakeQueues(bodies);

  expect(await redriveDeadLetters(client, queues, 12)).toBe(12);
  expect(live).toEqual(bodies.slice(0, 12));
  expect(dead()).toEqual(bodies.slice(12));
  expect(await redriveDeadLetters(client, queues, 100)).toBe(13);
  expect(dead()).toEqual([]);
});

test.each([
  ['sending', SendMessageCommand],
  ['deleting', DeleteMessageCommand],
])(
  'A dead letter is lost at no moment: cut while %s, it is still in one of the queues',
  async (_what, Command) => {
    const { client, live, dead } = fakeQueues(['first'], (command) => command instanceof Command);

    await expect(redriveDeadLetters(client, queues, 10)).rejects.toThrow('cut');
    expect(new Set([...live, ...dead()])).toEqual(new Set(['first']));
  },
);
