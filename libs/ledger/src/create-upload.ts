import type { Preflight } from '@edf-pipeline/contracts';
import { recordingIdOf } from '@edf-pipeline/contracts';
import { contentKey, idempotencyKey, jobKey, recordingKey, sourceKey, uploadKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, jobIdFor, recordingOf, uploadOf, writerOf } from './ledger.ts';
import type { ContentRow, IdempotencyRow, RecordingRow, UploadRow } from './rows.ts';

export interface NewUpload {
  readonly tenant: string;
  readonly uploadId: string;
  /** Of the client's Idempotency-Key. */
  readonly keyHash: string;
  /** Of the request: the same key must come with the same request. */
  readonly requestHash: string;
  readonly sealedFileName: string;
  readonly byteLength: number;
  readonly declaredContentId: string | null;
  readonly partByteLength: number;
  readonly partCount: number;
  readonly multipartId: string | null;
  readonly pipeline: string;
  readonly preflight: Preflight | null;
  /** Of its job, in seconds of head start; 0 when absent. */
  readonly priority?: number;
}

export type CreatedUpload =
  | { readonly outcome: 'created' | 'replayed'; readonly upload: UploadRow; readonly version: number }
  | { readonly outcome: 'key-reused' };

/** Writes the upload and the record of the request in one transaction: asking twice makes one upload. */
export async function createUpload(
  ledger: Ledger,
  input: NewUpload,
  signal?: AbortSignal,
): Promise<CreatedUpload> {
  const replayed = await findReplay(ledger, input, signal);
  if (replayed) return replayed;
  const requestKey = idempotencyKey(input.tenant, 'uploads', input.keyHash);
  const created = await decideAndWrite<'created' | 'asked-before'>(
    ledger,
    [requestKey],
    ([known]) => {
      if (known) return { writes: [], answer: 'asked-before' };
      const writer = writerOf(ledger);
      const request: IdempotencyRow = {
        kind: 'idempotency',
        requestHash: input.requestHash,
        uploadId: input.uploadId,
      };
      const expiresAt = Math.floor(ledger.clock().getTime() / 1000) + ledger.settings.idempotencySeconds;
      return {
        writes: [
          writer.create(uploadKey(input.tenant, input.uploadId), newUploadRow(ledger, input, writer.at)),
          writer.create(requestKey, request, { expiresAt }),
        ],
        answer: 'created',
      };
    },
    signal,
  );
  if (created === 'created')
    return { outcome: 'created', upload: await readUpload(ledger, input, signal), version: 1 };
  const replay = await findReplay(ledger, input, signal);
  return replay ?? { outcome: 'key-reused' };
}

/** The answer to a request that was made before, or null. */
export async function findReplay(
  ledger: Ledger,
  input: Pick<NewUpload, 'tenant' | 'keyHash' | 'requestHash'>,
  signal?: AbortSignal,
): Promise<CreatedUpload | null> {
  const known = await ledger.store.get(idempotencyKey(input.tenant, 'uploads', input.keyHash), signal);
  if (!known) return null;
  const request = known.data as IdempotencyRow;
  if (request.requestHash !== input.requestHash) return { outcome: 'key-reused' };
  const upload = await ledger.store.get(uploadKey(input.tenant, request.uploadId), signal);
  return upload ? { outcome: 'replayed', upload: uploadOf(upload), version: upload.version } : null;
}

/** The available recording of this tenant that already holds these bytes, or null. */
export async function findContent(
  ledger: Ledger,
  tenant: string,
  contentId: string,
  signal?: AbortSignal,
): Promise<RecordingRow | null> {
  const content = await ledger.store.get(contentKey(tenant, contentId), signal);
  if (!content) return null;
  const { recordingId } = content.data as ContentRow;
  const recording = await ledger.store.get(recordingKey(tenant, recordingId), signal);
  if (!recording || recordingOf(recording).status !== 'available') return null;
  const job = await ledger.store.get(jobKey(tenant, recordingOf(recording).jobId), signal);
  return job ? recordingOf(recording) : null;
}

function newUploadRow(ledger: Ledger, input: NewUpload, at: string): UploadRow {
  const { settings } = ledger;
  return {
    kind: 'upload',
    id: input.uploadId,
    tenant: input.tenant,
    status: 'pending',
    rejection: null,
    sealedFileName: input.sealedFileName,
    byteLength: input.byteLength,
    method: input.multipartId === null ? 'single' : 'multipart',
    partByteLength: input.partByteLength,
    partCount: input.partCount,
    key: sourceKey(input.tenant, input.uploadId),
    multipartId: input.multipartId,
    pipeline: input.pipeline,
    recordingId: recordingIdOf(input.uploadId),
    jobId: jobIdFor(input.uploadId, input.pipeline),
    declaredContentId: input.declaredContentId,
    duplicateOf: null,
    preflight: input.preflight,
    ...(input.priority && { priority: input.priority }),
    createdAt: at,
    expiresAt: after(at, settings.uploadLifetimeSeconds),
    cleanedAt: null,
    due: after(at, Math.min(settings.uploadCheckSeconds, settings.uploadLifetimeSeconds)),
  };
}

async function readUpload(ledger: Ledger, input: NewUpload, signal?: AbortSignal): Promise<UploadRow> {
  const item = await ledger.store.get(uploadKey(input.tenant, input.uploadId), signal);
  if (!item) throw new Error('the upload that was just written is not there');
  return uploadOf(item);
}
