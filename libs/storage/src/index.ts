export type {
  MultipartStore,
  ObjectHead,
  ObjectPage,
  ObjectRef,
  ObjectStore,
  RequestSigner,
  SignGet,
  SignPart,
  SignPut,
  SignedRequest,
  UploadStore,
  UploadedPart,
  WriteOptions,
  WrittenObject,
} from './object-store.ts';
export { StorageError, isStorageError } from './storage-error.ts';
export type { StorageErrorCode } from './storage-error.ts';
