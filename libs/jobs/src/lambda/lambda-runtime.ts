import type { LambdaHandlerOptions } from './lambda-handler.ts';
import { createLambdaHandler } from './lambda-handler.ts';
import { createRuntimeApi } from './runtime-api.ts';

export interface LambdaRuntimeOptions extends Omit<LambdaHandlerOptions, 'handler'> {
  /** Host and port, as in AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Sets the function up, once; when it rejects, Lambda is told and the runtime ends. */
  readonly init: () => Promise<LambdaHandlerOptions['handler']>;
  /** Before each invocation, with its X-Ray header: AWS asks that the environment variable follows it. */
  readonly onTrace?: (traceId: string | undefined) => void;
  /** Stops: work is asked to give itself back, and no more is taken. */
  readonly signal?: AbortSignal;
}

const initFailed = {
  errorType: 'Runtime.InitFailed',
  errorMessage: 'The function could not be set up; see the logs.',
};

/**
 * The loop of a custom runtime or container function: one invocation after the other until `signal` aborts.
 *
 * @throws what `init` rejected with; RuntimeApiError or a connection's error, after which the process must end:
 * Lambda starts a new environment
 */
export async function runLambdaRuntime(options: LambdaRuntimeOptions): Promise<void> {
  const api = createRuntimeApi(options.address);
  const { signal } = options;
  try {
    const handler = await options.init().catch(async (error: unknown) => {
      await api.failInit(initFailed);
      throw error;
    });
    const handle = createLambdaHandler({ ...options, handler });
    while (!signal?.aborted) {
      const invocation = await api.next(signal).catch((error: unknown) => {
        if (signal?.aborted) return null;
        throw error;
      });
      if (!invocation) return;
      options.onTrace?.(invocation.traceId);
      const answer = await handle({ ...invocation, signal });
      if (answer.kind === 'done') await api.respond(invocation.requestId);
      else await api.fail(invocation.requestId, answer.error);
    }
  } finally {
    api.close();
  }
}
