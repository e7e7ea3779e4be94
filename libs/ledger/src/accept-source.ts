import type { Finalized } from './end-upload.ts';
import { contentKey, jobKey, rangeKey, recordingKey, uploadKey } from './keys.ts';
import type { Item, Write } from './ledger-store.ts';
import type { Decision, Ledger } from './ledger.ts';
import { after, decideAndWrite, recordingOf, unchanged, uploadOf, writerOf } from './ledger.ts';
import type { ContentRow, JobRow, Pool, RangeRow, RecordingRow, SourceObject, UploadRow } from './rows.ts';
import { isUploadEnded } from './touch-upload.ts';

export interface AcceptDeps {
  readonly ledger: Ledger;
  /** Where a job of this size runs. */
  readonly poolFor: (byteLength: number) => Pool;
}

/**
 * Writes what an upload becomes, in one transaction: a recording with its job, or a reference to the recording that
 * holds the same bytes. Null when another recording came to hold them meanwhile: look again who does.
 */
export async function acceptSource(
  deps: AcceptDeps,
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
  deps: AcceptDeps,
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
      // Told with the recording that it has become.
      writer.change(item, completed, { isNews: false }),
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
    priority: upload.priority ?? 0,
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
