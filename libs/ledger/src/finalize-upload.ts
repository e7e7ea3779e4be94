import type { UploadRejection } from '@edf-pipeline/contracts';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import type { AcceptDeps } from './accept-source.ts';
import { acceptSource } from './accept-source.ts';
import type { Finalized } from './end-upload.ts';
import { endUpload } from './end-upload.ts';
import { contentKey, uploadKey } from './keys.ts';
import type { Item } from './ledger-store.ts';
import { WriteConflict } from './ledger-store.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, uploadOf, writerOf } from './ledger.ts';
import type { SourceObject, UploadRow } from './rows.ts';
import { isUploadEnded } from './touch-upload.ts';
import type { UploadObjects } from './upload-objects.ts';

export interface FinalizeDeps extends AcceptDeps {
  readonly objects: UploadObjects;
}

/** How often the holder of the same bytes may change while we look. */
const MAX_HOLDERS = 5;

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
      const due = after(writer.at, ledger.settings.verifySeconds);
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

function reject(
  ledger: Ledger,
  upload: UploadRow,
  rejection: UploadRejection,
  signal?: AbortSignal,
): Promise<Finalized> {
  return endUpload(ledger, upload.tenant, upload.id, 'rejected', rejection, signal);
}
