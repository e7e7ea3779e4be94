import { randomBytes } from 'node:crypto';
import type { ObjectStore } from '@edf-pipeline/storage';
import { createFileStore } from '@edf-pipeline/storage/file';
import type { StorageDescriptor } from './analysis-task.ts';

export function openFileStore(descriptor: Extract<StorageDescriptor, { kind: 'file' }>): ObjectStore {
  const { root, freeBytesReserve } = descriptor;
  // Nothing is signed in here: the key is of no use to anybody.
  return createFileStore({ root, freeBytesReserve, publicUrl: () => '', signingKey: randomBytes(32) });
}
