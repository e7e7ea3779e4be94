import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Logger } from '@edf-pipeline/service';
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageFate } from './handle-message.ts';

export interface SqsPollerDeps {
  readonly client: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
  readonly handle: (body: string, signal: AbortSignal) => Promise<MessageFate>;
  readonly logger: Logger;
  readonly settings: SqsPollerSettings;
  /** Resolves after so many seconds, or when stopped; by a real timer when absent. */
  readonly pause?: (seconds: number, signal: AbortSignal) => Promise<void>;
}

export interface SqsPollerSettings {
  /** Receives that wait at the same time, each for up to ten messages. */
  readonly receivers: number;
  readonly waitSeconds: number;
  /** A message that is not dealt with in this time is shown to another receiver. */
  readonly visibilitySeconds: number;
  /** Pause after a receive that failed. */
  readonly pauseSeconds: number;
}

export const defaultSqsPollerSettings: SqsPollerSettings = {
  receivers: 2,
  waitSeconds: 20,
  visibilitySeconds: 60,
  pauseSeconds: 2,
};

export interface SqsPoller {
  /** Receives nothing more; resolves when what was received is dealt with. */
  stop(): Promise<void>;
}

/** The longest that SQS hides a message from the receive on. */
const MAX_VISIBILITY_SECONDS = 900;

/** Receives messages by long polls until stopped. Messages are deleted only after `handle` says so. */
export function pollSqs(deps: SqsPollerDeps): SqsPoller {
  const stopping = new AbortController();
  const { signal } = stopping;
  const receive = async () => {
    while (!signal.aborted) {
      try {
        await receiveOnce(deps, signal);
      } catch (error) {
        if (signal.aborted) return;
        deps.logger.error('Messages could not be received; it is tried again', { error });
        await (deps.pause ?? realPause)(deps.settings.pauseSeconds, signal);
      }
    }
  };
  const receivers = Array.from({ length: deps.settings.receivers }, receive);
  return {
    async stop() {
      stopping.abort(new Error('stopping'));
      await Promise.all(receivers);
    },
  };
}

const realPause = (seconds: number, signal: AbortSignal) =>
  delay(seconds * 1000, undefined, { signal }).catch(() => undefined);

async function receiveOnce(deps: SqsPollerDeps, signal: AbortSignal): Promise<void> {
  const { client, queueUrl, settings } = deps;
  const received = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: settings.waitSeconds,
      VisibilityTimeout: settings.visibilitySeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
    { abortSignal: signal },
  );
  const messages = received.Messages ?? [];
  const fates = await Promise.all(messages.map((message) => fateOf(deps, message, signal)));
  // Also while stopping: what was accepted need not come again.
  await forget(
    deps,
    messages.filter((_, index) => fates[index] === 'delete'),
  );
  await Promise.all(
    messages.map((message, index) => (fates[index] === 'retry' ? showAgain(deps, message) : undefined)),
  );
}

async function fateOf(deps: SqsPollerDeps, message: Message, signal: AbortSignal): Promise<MessageFate> {
  try {
    return await deps.handle(message.Body ?? '', signal);
  } catch (error) {
    if (!signal.aborted) deps.logger.error('A message could not be dealt with; it comes again', { error });
    return 'retry';
  }
}

async function forget(
  { client, queueUrl, logger }: SqsPollerDeps,
  messages: readonly Message[],
): Promise<void> {
  if (messages.length === 0) return;
  const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  const { Failed = [] } = await client.send(
    new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
  );
  if (Failed.length > 0)
    logger.warn('Some messages could not be deleted; they come again', { count: Failed.length });
}

/** Later each time; a hint that fails to be moved comes again when its visibility ends. */
async function showAgain({ client, queueUrl, logger }: SqsPollerDeps, message: Message): Promise<void> {
  const receives = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
  const seconds = Math.min(2 ** Math.min(receives, 10), MAX_VISIBILITY_SECONDS);
  const change = { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: seconds };
  await client
    .send(new ChangeMessageVisibilityCommand(change))
    .catch((error: unknown) => logger.warn('A message comes again later than it should', { error }));
}
