import { parentPort, workerData } from 'node:worker_threads';
import type { ObjectStore } from '@edf-pipeline/storage';
import { analyseRecording } from './analyse-recording.ts';
import type { FromThread, StorageDescriptor, ToThread } from './analysis-task.ts';
import { classifyFailure, whereOf } from './classify-failure.ts';
import { countRequests } from './count-requests.ts';

// A worker thread: it opens the store for itself and carries out one analysis after the other. The parent, which
// renews the lease, never does such work.
const port = parentPort;
if (!port) throw new Error('analysis-thread.main.ts is a worker thread');
const store = await openStore(workerData as StorageDescriptor);
let running: AbortController | null = null;

const tell = (message: FromThread) => port.postMessage(message);

port.on('message', (message: ToThread) => {
  if (message.kind === 'stop') running?.abort(new Error('stopped by the parent'));
  else void carryOut(message.task);
});

async function carryOut(task: Extract<ToThread, { kind: 'analyse' }>['task']) {
  running = new AbortController();
  const cpuBefore = process.threadCpuUsage();
  const counted = countRequests(store);
  const usage = () => {
    const { user, system } = process.threadCpuUsage(cpuBefore);
    return { cpuSeconds: (user + system) / 1e6, ...counted.counts() };
  };
  try {
    const written = await analyseRecording(
      { store: counted.store, onProgress: (progress) => tell({ kind: 'progress', progress }) },
      task,
      running.signal,
    );
    tell({ kind: 'ended', outcome: { kind: 'written', ...written, usage: usage() } });
  } catch (error) {
    tell({
      kind: 'ended',
      outcome: { kind: 'failed', failure: classifyFailure(error), where: whereOf(error), usage: usage() },
    });
  }
}

/** Only the one that is used is loaded: the SDK is large, and a machine of one's own has no use for it. */
async function openStore(descriptor: StorageDescriptor): Promise<ObjectStore> {
  return descriptor.kind === 's3'
    ? (await import('./open-s3-store.main.ts')).openS3Store(descriptor)
    : (await import('./open-file-store.main.ts')).openFileStore(descriptor);
}
