import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { ObjectStore } from '@edf-pipeline/storage';
import { createFileStore } from '@edf-pipeline/storage/file';
import { analyseRecording } from './analyse-recording.ts';
import type { FromThread, StorageDescriptor, ToThread } from './analysis-task.ts';
import { classifyFailure, whereOf } from './classify-failure.ts';

// A worker thread: it opens the store for itself and carries out one analysis after the other. The parent, which
// renews the lease, never does such work.
const port = parentPort;
if (!port) throw new Error('analysis-thread.main.ts is a worker thread');
const store = openStore(workerData as StorageDescriptor);
let running: AbortController | null = null;

const tell = (message: FromThread) => port.postMessage(message);

port.on('message', (message: ToThread) => {
  if (message.kind === 'stop') running?.abort(new Error('stopped by the parent'));
  else void carryOut(message.task);
});

async function carryOut(task: Extract<ToThread, { kind: 'analyse' }>['task']) {
  running = new AbortController();
  try {
    const files = await analyseRecording(
      { store, onProgress: (progress) => tell({ kind: 'progress', progress }) },
      task,
      running.signal,
    );
    tell({ kind: 'ended', outcome: { kind: 'written', files } });
  } catch (error) {
    tell({
      kind: 'ended',
      outcome: { kind: 'failed', failure: classifyFailure(error), where: whereOf(error) },
    });
  }
}

function openStore(descriptor: StorageDescriptor): ObjectStore {
  const { root, freeBytesReserve } = descriptor;
  // Nothing is signed in here: the key is of no use to anybody.
  return createFileStore({ root, freeBytesReserve, publicUrl: () => '', signingKey: randomBytes(32) });
}
