import type { Ledger } from '@edf-pipeline/ledger';
import { folderOfKey, judgeFolder } from '@edf-pipeline/ledger';
import type { FileStore } from '@edf-pipeline/storage/file';

/**
 * A process that ended between making a multipart upload and noting it down has left one that nobody can send to, and
 * no lifecycle rule ends it here. To be called before anything is announced: what is not in the ledger then never will be.
 */
export async function endUnknownUploads(ledger: Ledger, store: FileStore): Promise<void> {
  for (const { key, multipartId } of await store.unfinishedUploads()) {
    const folder = folderOfKey(key);
    if (folder && (await judgeFolder(ledger, folder))) await store.abortMultipart(key, multipartId);
  }
}
