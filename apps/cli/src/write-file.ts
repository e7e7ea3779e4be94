import { randomBytes } from 'node:crypto';
import { access, open, rename, rm } from 'node:fs/promises';
import { UsageError } from './exit-code.ts';

/**
 * Writes a file under a temporary name beside `path`, and renames it when all of it is on disk. Nothing is left
 * behind when it fails, and an existing file stays unless `isForced`.
 *
 * @returns bytes written
 * @throws UsageError when there is such a file
 */
export async function writeFileWhole(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  options: { isForced: boolean; onBytes?: (byteLength: number) => void },
): Promise<number> {
  await refuseExisting(path, options.isForced);
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  // Recordings are about people: nobody else on this machine may read them.
  const file = await open(temporary, 'wx', 0o600);
  let byteLength = 0;
  try {
    for await (const piece of pieces) {
      await file.writeFile(piece);
      byteLength += piece.length;
      options.onBytes?.(byteLength);
    }
    await file.sync();
    await file.close();
    await refuseExisting(path, options.isForced);
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
  return byteLength;
}

async function refuseExisting(path: string, isForced: boolean): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && !isForced) throw new UsageError(`${path} exists; --force replaces it`);
}
