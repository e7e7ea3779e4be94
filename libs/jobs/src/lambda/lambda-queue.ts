import type { LambdaClient } from '@aws-sdk/client-lambda';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { JobQueueError, isJobQueueError } from '../job-queue-error.ts';
import type { JobQueue } from '../job-queue.ts';
import { workName } from '../job-queue.ts';
import { withinLimit } from '../within-limit.ts';
import { toWorkMessage } from '../work-message.ts';

export interface LambdaQueueOptions {
  /** Made by the caller: region, endpoint and credentials are the SDK's own settings. */
  readonly client: Pick<LambdaClient, 'send'>;
  /** Name or ARN of the function, with version or alias where one is meant. */
  readonly functionName: string;
  /** How much is handed over in one round of admission: at most the function's reserved concurrency. */
  readonly slotsPerRound: number;
  /** How long a call may take, with the SDK's own retries; 5 when absent. */
  readonly callSeconds?: number;
}

/**
 * Hands work to a Lambda function, asynchronously. Lambda cannot be asked what became of it: `inspect` answers
 * `unknown`, `demand` counts nothing, `cancel` does nothing. What is in flight is counted by the ledger, and what
 * nobody claims in time is dispatched anew there. Lambda may deliver twice and tries again by itself
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html): the second claim is refused.
 */
export function createLambdaQueue(options: LambdaQueueOptions): JobQueue {
  const { client, functionName, slotsPerRound, callSeconds = 5 } = options;
  return {
    async enqueue(work, signal) {
      const executorRef = `lambda:${workName(work)}`;
      // A few hundred bytes: far below what Lambda takes asynchronously, 256 KB and since 2025 1 MB
      // (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
      const Payload = Buffer.from(JSON.stringify(toWorkMessage(work)));
      const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload });
      const giveUp = new AbortController();
      try {
        const { StatusCode } = await withinLimit(
          () => client.send(command, { abortSignal: giveUp.signal }),
          callSeconds,
          signal,
        );
        // 202 says that the event is in Lambda's queue; anything else is no promise.
        if (StatusCode === 202) return { executorRef };
        throw new JobQueueError(
          'queue-refused',
          `Lambda answered ${StatusCode} where it should accept with 202`,
        );
      } catch (error) {
        giveUp.abort();
        if (signal?.aborted && !isJobQueueError(error)) throw error;
        throw toQueueError(error, functionName);
      }
    },
    async cancel() {},
    async inspect() {
      return 'unknown';
    },
    async demand() {
      return { inHand: 0, freeSlots: slotsPerRound };
    },
  };
}

/** Names and status codes: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors. */
function toQueueError(error: unknown, functionName: string): JobQueueError {
  if (isJobQueueError(error)) return error;
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const of = (...[code, message]: ConstructorParameters<typeof JobQueueError>) =>
    new JobQueueError(code, message, { cause: error });
  if (status === 429) return of('queue-throttled', 'Lambda takes no more now');
  if (name === 'ResourceNotFoundException')
    return of(
      'lambda-function-missing',
      `there is no Lambda function ${functionName}; check name, alias and region`,
    );
  if (status === 401 || status === 403)
    return of(
      'lambda-not-permitted',
      `this role may not invoke ${functionName}: it needs lambda:InvokeFunction`,
    );
  if (status === 413) return of('work-too-large', 'Lambda refuses work of this size');
  // Functions being changed or woken answer 409 and 502 for seconds.
  if (status === undefined || status === 409 || status >= 500)
    return of('queue-unavailable', 'Lambda cannot be reached or does not answer as it should');
  return of('queue-refused', `Lambda refused the invocation (${name ?? status})`);
}
