import { uploadKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, uploadOf, writerOf } from './ledger.ts';
import type { UploadRow } from './rows.ts';

/** An upload that takes bytes no more. */
export const isUploadEnded = (upload: UploadRow) =>
  upload.status === 'completed' ||
  upload.status === 'rejected' ||
  upload.status === 'aborted' ||
  upload.status === 'expired';

export interface TouchedUpload {
  readonly upload: UploadRow;
  readonly version: number;
}

/**
 * A sign of life: parts are being signed. The sweep leaves the upload alone for a while longer. Written only when it
 * tells something new.
 */
export function touchUpload(
  ledger: Ledger,
  tenant: string,
  uploadId: string,
  signal?: AbortSignal,
): Promise<TouchedUpload | null> {
  return decideAndWrite<TouchedUpload | null>(
    ledger,
    [uploadKey(tenant, uploadId)],
    ([item]) => {
      if (!item) return { writes: [], answer: null };
      const upload = uploadOf(item);
      if (upload.status !== 'pending' && upload.status !== 'uploading') {
        return { writes: [], answer: { upload, version: item.version } };
      }
      const writer = writerOf(ledger);
      const { uploadCheckSeconds } = ledger.settings;
      const isFresh = upload.due !== null && upload.due > after(writer.at, uploadCheckSeconds / 2);
      const isKnown = upload.status === 'uploading' || upload.method === 'single';
      if (isFresh && isKnown) return { writes: [], answer: { upload, version: item.version } };
      const due = isFresh ? (upload.due ?? '') : after(writer.at, uploadCheckSeconds);
      const touched: UploadRow = {
        ...upload,
        status: 'uploading',
        due: due < upload.expiresAt ? due : upload.expiresAt,
      };
      return {
        writes: [writer.change(item, touched)],
        answer: { upload: touched, version: item.version + 1 },
      };
    },
    signal,
  );
}
