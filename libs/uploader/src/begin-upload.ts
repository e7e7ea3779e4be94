import type { CreateUpload, Problem, Upload } from '@edf-pipeline/contracts';
import type { ApiClient } from './api-client.ts';
import type { CallOptions } from './api-transport.ts';
import { ApiProblem } from './errors.ts';
import type { ResumeState } from './upload-state.ts';

/** Same as MAX_PREFLIGHT_HEADER_BYTES of the contracts, whose module would bring Zod along. */
const MAX_HEADER_BASE64_CHARACTERS = Math.ceil((256 * 2_048) / 3) * 4;

const refusals: readonly Problem['code'][] = [
  'unsupported-edf',
  'edf-refused-by-policy',
  'file-too-large',
  'request-too-large',
  'quota-exceeded',
  'storage-full',
  'validation-failed',
];

export interface BeginUploadOptions {
  readonly client: ApiClient;
  readonly call: CallOptions;
  readonly resume: ResumeState | null;
  readonly contentId: string | null;
  readonly byteLength: number;
  readonly fileName: string;
  readonly headerBase64: string | undefined;
  remember(state: ResumeState): Promise<void>;
}

export type Begun =
  | { readonly kind: 'refused'; readonly problem: Problem }
  | {
      readonly kind: 'begun';
      readonly upload: Upload;
      /** Made just now: no part can have arrived. */
      readonly isNew: boolean;
      /** All bytes are there: nothing is left to send. */
      readonly isComplete: boolean;
    };

/** Finds the upload to go on with, or announces a new one. */
export async function beginUpload(of: BeginUploadOptions): Promise<Begun> {
  const resume = of.resume?.byteLength === of.byteLength ? of.resume : null;
  // Same name, size and time, but other bytes: another file. What was sent of the old one expires.
  const isOtherFile = Boolean(resume?.contentId && of.contentId && resume.contentId !== of.contentId);
  const usable = isOtherFile ? null : resume;
  if (usable?.uploadId) {
    const upload = await found(of, usable.uploadId);
    if (upload) return begun(upload, false);
  }
  const isRetold = usable !== null && usable.uploadId === null;
  return create(of, isRetold ? usable.idempotencyKey : crypto.randomUUID(), !isRetold);
}

async function create(of: BeginUploadOptions, idempotencyKey: string, isNew: boolean): Promise<Begun> {
  const state = {
    version: 1,
    idempotencyKey,
    byteLength: of.byteLength,
    contentId: of.contentId,
    uploadId: null,
  } as const;
  await of.remember(state);
  const hasHeader = of.headerBase64 !== undefined && of.headerBase64.length <= MAX_HEADER_BASE64_CHARACTERS;
  const body: CreateUpload = {
    fileName: of.fileName,
    byteLength: of.byteLength,
    ...(of.contentId !== null && { contentId: of.contentId }),
    ...(hasHeader && { headerBase64: of.headerBase64 }),
  };
  let upload: Upload;
  try {
    upload = await of.client.createUpload(body, idempotencyKey, of.call);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    // The key was used for the same file under another name or without its header.
    if (error.code === 'idempotency-key-reused' && !isNew) return create(of, crypto.randomUUID(), true);
    if (refusals.includes(error.code)) return { kind: 'refused', problem: error.problem };
    throw error;
  }
  await of.remember({ ...state, uploadId: upload.id });
  if (!isNew && !upload.isDuplicate) {
    // A repeated creation is answered as it was then; where the upload stands now is asked.
    return begun(await of.client.getUpload(upload.id, of.call), false);
  }
  return begun(upload, isNew);
}

/** The upload when it can still be gone on with. */
async function found(of: BeginUploadOptions, uploadId: string): Promise<Upload | null> {
  try {
    const upload = await of.client.getUpload(uploadId, of.call);
    return ['rejected', 'aborted', 'expired'].includes(upload.status) ? null : upload;
  } catch (error) {
    if (error instanceof ApiProblem && (error.code === 'not-found' || error.code === 'upload-ended'))
      return null;
    throw error;
  }
}

function begun(upload: Upload, isNew: boolean): Begun {
  const isComplete = upload.isDuplicate || upload.status === 'completed' || upload.status === 'verifying';
  return { kind: 'begun', upload, isNew, isComplete };
}
