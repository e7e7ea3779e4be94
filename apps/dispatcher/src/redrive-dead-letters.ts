import type { SQSClient } from '@aws-sdk/client-sqs';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';

/**
 * Moves messages from the dead-letter queue back to where they came from; answers how many. Each is sent before it is
 * deleted: cut between the two it comes twice, which does no harm.
 *
 * @param limit at most so many, so that one call ends
 */
export async function redriveDeadLetters(
  client: Pick<SQSClient, 'send'>,
  queues: { readonly deadLetterQueueUrl: string; readonly queueUrl: string },
  limit: number,
  signal?: AbortSignal,
): Promise<number> {
  const { deadLetterQueueUrl, queueUrl } = queues;
  const options = { abortSignal: signal };
  let moved = 0;
  while (moved < limit) {
    const received = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MaxNumberOfMessages: Math.min(10, limit - moved),
        WaitTimeSeconds: 0,
        VisibilityTimeout: 60,
      }),
      options,
    );
    const messages = received.Messages ?? [];
    if (messages.length === 0) return moved;
    for (const { Body, ReceiptHandle } of messages) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: Body ?? '' }), options);
      await client.send(new DeleteMessageCommand({ QueueUrl: deadLetterQueueUrl, ReceiptHandle }), options);
      moved += 1;
    }
  }
  return moved;
}
