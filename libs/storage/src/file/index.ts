export { createFileStore } from './file-store.ts';
export type { FileStore, FileStoreOptions } from './file-store.ts';
