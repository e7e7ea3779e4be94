import type { ObjectStore } from '@edf-pipeline/storage';
import { createS3Store } from '@edf-pipeline/storage/s3';
import type { StorageDescriptor } from './analysis-task.ts';

export function openS3Store({ options }: Extract<StorageDescriptor, { kind: 's3' }>): ObjectStore {
  return createS3Store(options);
}
