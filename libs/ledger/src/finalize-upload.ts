import type { UploadRejection } from '@edf-pipeline/contracts';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import { contentKey, jobKey, rangeKey, recordingKey, uploadKey } from './keys.ts';
import type { Item, Write } from './ledger-store.ts';
import { WriteConflict } from './ledger-store.ts';
import type { Decision, Ledger } from './ledger.ts';
import { after, decideAndWrite, recordingOf, unchanged, uploadOf, writerOf } from './ledger.ts';
import type { ContentRow, JobRow, Pool, RangeRow, RecordingRow, SourceObject, UploadRow } from './rows.ts';
import type { UploadObjects } from './upload-objects.ts';
import { isUploadEnded } from './touch-upload.ts';

export interface FinalizeDeps {
  readonly ledger: Ledger;
  readonly objects: UploadObjects;
  /** Where a job of this size runs. */
  readonly poolFor: (byteLength: number) => Pool;
}

/** How often the holder of the same bytes may change while we look. */
const MAX_HOLDERS = 5;

export type Finalized =
  | { readonly outcome: 'ended'; readonly upload: UploadRow; readonly version: number }
  /** Bytes are still missing: not an error when the sweep or an early event asks. */
  | {
      readonly outcome: 'incomplete';
      readonly upload: UploadRow;
      readonly version: number;
      readonly missingParts: readonly number[];
    }
  | { readonly outcome: 'not-found' };

/**
 * Accepts an upload whose bytes are all there, once: puts parts together when asked to, compares the object with
 * what was declared, and writes recording and job. Called alike by the client's completion, by the object event
 * and by the sweep; every call after the first finds it done.
 *
 * @param complete whether the client said that all parts are sent (or the sweep finishes what it had said)
 */
export async function finalizeUpload(
  deps: FinalizeDeps,
  tenant: string,
  uploadId: string,
  complete: boolean,
  signal?: AbortSignal,
): Promise<Finalized> {
  const { ledger, objects } = deps;
  const item = await ledger.store.get(uploadKey(tenant, uploadId), signal);
  if (!item) return { outcome: 'not-found' };
  const upload = uploadOf(item);
  if (isUploadEnded(upload)) return { outcome: 'ended', upload, version: item.version };

  const head = await objects.head({ key: upload.key }, signal);
  if (head) return accept(deps, upload, head, signal);
  if (upload.method === 'single' || !complete) {
    const missingParts = upload.method === 'single' ? [1] : [];
    return { outcome: 'incomplete', upload, version: item.version, missingParts };
  }
  return completeParts(deps, item, signal);
}

async function completeParts(deps: FinalizeDeps, item: Item, signal?: AbortSignal): Promise<Finalized> {
  const { ledger, objects } = deps;
  const upload = uploadOf(item);
  const multipartId = upload.multipartId ?? '';
  const arrived = await objects.listParts(upload.key, multipartId, signal);
  if (arrived === null) {
    // Completed by somebody else just now, or gone: the object decides.
    const head = await objects.head({ key: upload.key }, signal);
    return head ? accept(deps, upload, head, signal) : reject(ledger, upload, 'object-missing', signal);
  }
  const byNumber = new Map(arrived.map((part) => [part.partNumber, part]));
  const expected = partRangesFor(upload.byteLength);
  const missingParts = expected
    .filter(({ partNumber, start, end }) => byNumber.get(partNumber)?.byteLength !== end - start)
    .map(({ partNumber }) => partNumber);
  if (missingParts.length > 0) return { outcome: 'incomplete', upload, version: item.version, missingParts };

  await markVerifying(ledger, upload, signal);
  const parts = expected.flatMap(({ partNumber }) => byNumber.get(partNumber) ?? []);
  try {
    await objects.completeMultipart(upload.key, multipartId, parts, { ifAbsent: true }, signal);
  } catch (error) {
    // A second completion loses the race; what counts is that the object is there.
    if (!(await objects.head({ key: upload.key }, signal))) throw error;
  }
  const head = await objects.head({ key: upload.key }, signal);
  return head ? accept(deps, upload, head, signal) : reject(ledger, upload, 'object-missing', signal);
}

/** The client has said that all is sent: from here the sweep can finish without it. */
function markVerifying(ledger: Ledger, upload: UploadRow, signal?: AbortSignal): Promise<null> {
  return decideAndWrite(
    ledger,
    [uploadKey(upload.tenant, upload.id)],
    ([item]) => {
      if (!item || isUploadEnded(uploadOf(item)) || uploadOf(item).status === 'verifying')
        return { writes: [], answer: null };
      const writer = writerOf(ledger);
      const due = after(writer.at, ledger.settings.dispatchSeconds);
      return { writes: [writer.change(item, { ...uploadOf(item), status: 'verifying', due })], answer: null };
    },
    signal,
  );
}

async function accept(
  deps: FinalizeDeps,
  upload: UploadRow,
  head: { versionId: string; byteLength: number; checksumSha256: string },
  signal?: AbortSignal,
): Promise<Finalized> {
  const { ledger } = deps;
  if (head.byteLength !== upload.byteLength) return reject(ledger, upload, 'size-mismatch', signal);
  const isOther = upload.declaredContentId !== null && upload.declaredContentId !== head.checksumSha256;
  if (isOther) return reject(ledger, upload, 'checksum-mismatch', signal);
  const source: SourceObject = {
    key: upload.key,
    versionId: head.versionId,
    byteLength: head.byteLength,
    contentId: head.checksumSha256,
  };
  for (let tries = 1; ; tries++) {
    const finalized = await acceptSource(deps, upload, source, signal);
    if (finalized) return finalized;
    if (tries === MAX_HOLDERS) throw new WriteConflict(contentKey(upload.tenant, source.contentId));
  }
}

/** Null when another recording came to hold these bytes meanwhile: look again who does. */
async function acceptSource(
  deps: FinalizeDeps,
  { tenant, id, recordingId }: UploadRow,
  source: SourceObject,
  signal?: AbortSignal,
): Promise<Finalized | null> {
  const { ledger } = deps;
  const known = await ledger.store.get(contentKey(tenant, source.contentId), signal);
  const holderId = known ? (known.data as ContentRow).recordingId : recordingId;
  return decideAndWrite<Finalized | null>(
    ledger,
    [uploadKey(tenant, id), contentKey(tenant, source.contentId), recordingKey(tenant, holderId)],
    ([item, content, holder]) => {
      if (!item) return { writes: [], answer: { outcome: 'not-found' } };
      if (isUploadEnded(uploadOf(item))) {
        return { writes: [], answer: { outcome: 'ended', upload: uploadOf(item), version: item.version } };
      }
      if (content && (content.data as ContentRow).recordingId !== holderId)
        return { writes: [], answer: null };
      return content && holder && recordingOf(holder).status === 'available'
        ? acceptDuplicate(ledger, item, holder)
        : acceptNew(deps, item, source, content ?? null);
    },
    signal,
  );
}

/** The same bytes are here already: their recording stands for this upload, and its own copy goes. */
function acceptDuplicate(ledger: Ledger, item: Item, holderItem: Item): Decision<Finalized> {
  const writer = writerOf(ledger);
  const holder = recordingOf(holderItem);
  const completed: UploadRow = {
    ...uploadOf(item),
    status: 'completed',
    duplicateOf: { recordingId: holder.id, jobId: holder.jobId },
    due: writer.at,
  };
  return {
    writes: [
      writer.change(item, completed),
      // Were it deleted meanwhile, the only copy of the bytes would go.
      unchanged(holderItem),
      writer.announce('upload.completed', completed.tenant, completed.id),
    ],
    answer: { outcome: 'ended', upload: completed, version: item.version + 1 },
  };
}

function acceptNew(
  deps: FinalizeDeps,
  item: Item,
  source: SourceObject,
  content: Item | null,
): Decision<Finalized> {
  const { ledger } = deps;
  const writer = writerOf(ledger);
  const upload = uploadOf(item);
  const { tenant } = upload;
  const pool = deps.poolFor(source.byteLength);
  const completed: UploadRow = { ...upload, status: 'completed', due: null };
  const recording: RecordingRow = {
    kind: 'recording',
    id: upload.recordingId,
    tenant,
    status: 'available',
    uploadId: upload.id,
    sealedFileName: upload.sealedFileName,
    source,
    jobId: upload.jobId,
    resultJobId: null,
    createdAt: writer.at,
    deletedAt: null,
    due: null,
  };
  const holds: ContentRow = {
    kind: 'content',
    tenant,
    contentId: source.contentId,
    recordingId: recording.id,
  };
  const contentWrite: Write = content
    ? writer.change(content, holds)
    : writer.create(contentKey(tenant, source.contentId), holds);
  return {
    writes: [
      writer.change(item, completed),
      writer.create(recordingKey(tenant, recording.id), recording),
      writer.create(jobKey(tenant, upload.jobId), newJob(ledger, upload, source, pool, writer.at)),
      writer.create(rangeKey(tenant, upload.jobId, 0), newRange(upload, pool)),
      contentWrite,
      writer.announce('upload.completed', tenant, upload.id),
    ],
    answer: { outcome: 'ended', upload: completed, version: item.version + 1 },
  };
}

function newJob(ledger: Ledger, upload: UploadRow, source: SourceObject, pool: Pool, at: string): JobRow {
  return {
    kind: 'job',
    id: upload.jobId,
    tenant: upload.tenant,
    recordingId: upload.recordingId,
    uploadId: upload.id,
    pipeline: upload.pipeline,
    status: 'queued',
    phase: 'backlog',
    pool,
    priority: 0,
    source,
    rangeCount: 1,
    dispatch: 0,
    executorRef: null,
    attempts: 0,
    crashes: 0,
    evictions: 0,
    lostDispatches: 0,
    error: null,
    result: null,
    createdAt: at,
    startedAt: null,
    finishedAt: null,
    history: [{ at, what: 'accepted' }],
    due: after(at, ledger.settings.backlogSeconds),
  };
}

function newRange(upload: UploadRow, pool: Pool): RangeRow {
  return {
    kind: 'range',
    jobId: upload.jobId,
    tenant: upload.tenant,
    pool,
    range: 0,
    epoch: 0,
    owner: null,
    sequence: 0,
    leaseUntil: null,
    cancelRequested: false,
    progress: { stage: 'waiting', doneBytes: 0, totalBytes: upload.byteLength },
    due: null,
  };
}

function reject(
  ledger: Ledger,
  upload: UploadRow,
  rejection: UploadRejection,
  signal?: AbortSignal,
): Promise<Finalized> {
  return endUpload(ledger, upload.tenant, upload.id, 'rejected', rejection, signal);
}

/** Ends an upload without a recording; its bytes are deleted by the sweep. Does nothing to one that has ended. */
export function endUpload(
  ledger: Ledger,
  tenant: string,
  uploadId: string,
  status: 'rejected' | 'aborted' | 'expired',
  rejection: UploadRow['rejection'],
  signal?: AbortSignal,
): Promise<Finalized> {
  return decideAndWrite<Finalized>(
    ledger,
    [uploadKey(tenant, uploadId)],
    ([item]) => {
      if (!item) return { writes: [], answer: { outcome: 'not-found' } };
      const upload = uploadOf(item);
      if (isUploadEnded(upload))
        return { writes: [], answer: { outcome: 'ended', upload, version: item.version } };
      const writer = writerOf(ledger);
      const endedUpload: UploadRow = { ...upload, status, rejection, due: writer.at };
      const writes = [writer.change(item, endedUpload)];
      if (status === 'rejected') writes.push(writer.announce('upload.rejected', tenant, uploadId));
      return { writes, answer: { outcome: 'ended', upload: endedUpload, version: item.version + 1 } };
    },
    signal,
  );
}
