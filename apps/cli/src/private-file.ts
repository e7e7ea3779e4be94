import { readFile, stat } from 'node:fs/promises';
import { AuthError } from './exit-code.ts';

/**
 * The text of a file that only this user can read; null when there is none.
 *
 * @throws AuthError when others can read it
 */
export async function readPrivate(path: string): Promise<string | null> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new AuthError(`${path} can be read by others, so it is not used: chmod 600 ${path}`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
