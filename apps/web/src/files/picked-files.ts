/** A file that somebody dropped or chose. */
export interface PickedFile {
  readonly file: File;
  /** With its folders, where known: `night 3/SC4001E0-PSG.edf`. */
  readonly path: string;
  /** Where the browser gives one: the file can be opened again after a reload. */
  readonly handle: FileSystemFileHandle | null;
}

/** What was dropped. */
export interface Drop {
  readonly files: readonly PickedFile[];
  /** Paths of files and folders that the browser could not read: gone, or not to be opened by this person. */
  readonly unreadable: readonly string[];
}

interface DroppedItem {
  readonly kind: string;
  getAsFile(): File | null;
  webkitGetAsEntry?(): FileSystemEntry | null;
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/**
 * All files of a drop, folders walked through; what cannot be read is named and the rest goes on. Must be called while the drop event is handled: a browser
 * forgets the items right after it.
 */
export async function filesOfDrop(items: ArrayLike<DroppedItem>): Promise<Drop> {
  const pending = Array.from(items)
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({
      entry: item.webkitGetAsEntry?.() ?? null,
      handle: item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null),
      file: item.getAsFile(),
    }));
  const found: Found = { files: [], unreadable: [] };
  for (const { entry, handle, file } of pending) {
    if (entry?.isDirectory) {
      await walk(entry as FileSystemDirectoryEntry, found);
      continue;
    }
    const own = await handle;
    if (file)
      found.files.push({
        file,
        path: file.name,
        handle: own?.kind === 'file' ? (own as FileSystemFileHandle) : null,
      });
  }
  return found;
}

/** Files of an `<input type=file>`; with `webkitdirectory` their folders are known. */
export function filesOfInput(files: ArrayLike<File> | null): PickedFile[] {
  return Array.from(files ?? []).map((file) => ({
    file,
    path: file.webkitRelativePath || file.name,
    handle: null,
  }));
}

interface Found {
  readonly files: PickedFile[];
  readonly unreadable: string[];
}

async function walk(folder: FileSystemDirectoryEntry, found: Found): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    // readEntries gives at most 100 at a time, and an empty list at the end.
    const entries = await readable<FileSystemEntry[]>(folder, found, (resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries === null || entries.length === 0) return;
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory) {
        await walk(entry as FileSystemDirectoryEntry, found);
        continue;
      }
      const file = await readable<File>(entry, found, (resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      );
      if (file) found.files.push({ file, path: pathOf(entry), handle: null });
    }
  }
}

/** What an entry gives; null, and its name among the unreadable ones, when it gives an error. */
function readable<T>(
  entry: FileSystemEntry,
  found: Found,
  read: (resolve: (value: T) => void, reject: (error: DOMException) => void) => void,
): Promise<T | null> {
  return new Promise<T>(read).catch(() => {
    found.unreadable.push(pathOf(entry));
    return null;
  });
}

function pathOf(entry: FileSystemEntry): string {
  return entry.fullPath.replace(/^\//, '');
}
