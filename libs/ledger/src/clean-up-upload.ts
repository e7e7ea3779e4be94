import { sourcePrefix, uploadKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, uploadOf, writerOf } from './ledger.ts';
import type { UploadRow } from './rows.ts';
import { isUploadEnded } from './touch-upload.ts';
import type { UploadObjects } from './upload-objects.ts';

/**
 * Deletes the bytes of an upload that became no recording: at once, and again when no request signed for it
 * can be alive any more.
 */
export async function cleanUpUpload(
  ledger: Ledger,
  objects: Pick<UploadObjects, 'deleteVersions'>,
  upload: UploadRow,
  signal?: AbortSignal,
): Promise<void> {
  await objects.deleteVersions(sourcePrefix(upload.tenant, upload.id), signal);
  await decideAndWrite(
    ledger,
    [uploadKey(upload.tenant, upload.id)],
    ([item]) => {
      if (!item || !isUploadEnded(uploadOf(item)) || uploadOf(item).due === null)
        return { writes: [], answer: null };
      const current = uploadOf(item);
      const writer = writerOf(ledger);
      // Another sweep has done this pass meanwhile; the next has its own time, whatever our clock says.
      if (current.cleanedAt !== upload.cleanedAt) return { writes: [], answer: null };
      const isAgain = current.cleanedAt !== null;
      const cleaned: UploadRow = {
        ...current,
        sealedFileName: null,
        cleanedAt: current.cleanedAt ?? writer.at,
        due: isAgain ? null : after(writer.at, ledger.settings.signatureSeconds),
      };
      return { writes: [writer.change(item, cleaned)], answer: null };
    },
    signal,
  );
}
