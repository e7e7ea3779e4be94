import type { SQSClient } from '@aws-sdk/client-sqs';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';

/** The queue of object events is not there, or not what the pipeline needs. */
export class QueueUnfit extends Error {
  readonly code = 'queue-unfit';

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'QueueUnfit';
  }
}

/** @throws QueueUnfit saying what to do */
export async function assertQueue(
  client: Pick<SQSClient, 'send'>,
  queueUrl: string,
  signal?: AbortSignal,
): Promise<void> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] });
  const { Attributes } = await client.send(command, { abortSignal: signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new QueueUnfit(
      'The queue of object events cannot be asked; check EDF_QUEUE_URL, that the queue exists, and sqs:GetQueueAttributes.',
      { cause },
    );
  });
  if (!Attributes?.RedrivePolicy) {
    throw new QueueUnfit(
      'The queue of object events has no dead-letter queue: a message that nobody can read would come back for ever. Set its RedrivePolicy.',
    );
  }
}
