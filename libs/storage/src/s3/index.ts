export { BucketUnusable } from './assert-bucket.ts';
export type { BucketFault } from './assert-bucket.ts';
export { createS3Store } from './s3-store.ts';
export type { S3Store, S3StoreDeps, S3StoreOptions } from './s3-store.ts';
