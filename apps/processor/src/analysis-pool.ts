import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { JobProgress } from '@edf-pipeline/contracts';
import { whereOf } from './classify-failure.ts';
import type {
  AnalysisOutcome,
  AnalysisTask,
  FromThread,
  StorageDescriptor,
  ToThread,
} from './analysis-task.ts';

/** Carries out an analysis away from this thread. Never rejects: what went wrong is an outcome. */
export type Analyse = (
  task: AnalysisTask,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
) => Promise<AnalysisOutcome>;

export interface AnalysisPool {
  readonly analyse: Analyse;
  close(): Promise<void>;
}

export interface AnalysisPoolOptions {
  readonly storage: StorageDescriptor;
  /** Heap of each thread; an analysis that needs more ends as `resource`. */
  readonly heapMegabytes: number;
  /** A thread that does not stop when asked is ended after this long. */
  readonly stopSeconds: number;
}

const THREAD = new URL('./analysis-thread.main.ts', import.meta.url);

/**
 * V8 lets a heap with a small bound grow by 40 % before it marks all of it again, and buffers that pass through count:
 * a thread that streams a file would be marked every few megabytes.
 */
const HEAP_GROWING_PERCENT = 300;

/** What a block leaves behind dies at once; V8's own bound lets as much of it stand as the blocks need themselves. */
const YOUNG_GENERATION_MEGABYTES = 24;

/** Worker threads, started when needed and kept for the next analysis. */
export function createAnalysisPool(options: AnalysisPoolOptions): AnalysisPool {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  const idle: Worker[] = [];
  const all = new Set<Worker>();

  const startThread = () => {
    const worker = new Worker(THREAD, {
      workerData: options.storage,
      resourceLimits: {
        maxOldGenerationSizeMb: options.heapMegabytes,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES,
      },
    });
    all.add(worker);
    const retire = () => {
      all.delete(worker);
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
    };
    // An error ends the thread, a moment later: the next analysis must not be given to it meanwhile.
    worker.on('error', retire);
    worker.on('exit', retire);
    return worker;
  };

  return {
    async analyse(task, onProgress, signal) {
      const worker = idle.pop() ?? startThread();
      const outcome = await runOn(worker, task, onProgress, signal, options.stopSeconds);
      if (all.has(worker) && !signal.aborted) idle.push(worker);
      else await worker.terminate();
      return outcome;
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

function runOn(
  worker: Worker,
  task: AnalysisTask,
  onProgress: (progress: JobProgress) => void,
  signal: AbortSignal,
  stopSeconds: number,
): Promise<AnalysisOutcome> {
  const { promise, resolve } = Promise.withResolvers<AnalysisOutcome>();
  let stopTimer: NodeJS.Timeout | undefined;
  const onMessage = (message: FromThread) => {
    if (message.kind === 'progress') onProgress(message.progress);
    else resolve(message.outcome);
  };
  const onError = (error: Error) => resolve(lost(error));
  const onExit = () => resolve(lost(null));
  const onAbort = () => {
    worker.postMessage({ kind: 'stop' } satisfies ToThread);
    stopTimer = setTimeout(() => void worker.terminate(), stopSeconds * 1000);
  };
  worker.on('message', onMessage);
  worker.once('error', onError);
  worker.once('exit', onExit);
  signal.addEventListener('abort', onAbort, { once: true });
  worker.postMessage({ kind: 'analyse', task } satisfies ToThread);
  if (signal.aborted) onAbort();
  return promise.finally(() => {
    clearTimeout(stopTimer);
    worker.off('message', onMessage);
    worker.off('error', onError);
    worker.off('exit', onExit);
    signal.removeEventListener('abort', onAbort);
  });
}

/** The thread ended in the middle of the work. */
function lost(error: Error | null): AnalysisOutcome {
  const isMemory = error !== null && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return {
    kind: 'failed',
    failure: isMemory
      ? {
          class: 'resource',
          code: 'out-of-memory',
          message: 'The analysis needed more memory than it may have.',
        }
      : {
          class: 'crash',
          code: 'analysis-crashed',
          message: 'The analysis ended without an answer; the file is kept for the operator to look at.',
        },
    ...(error && { where: whereOf(error) }),
  };
}
