/** A file that somebody dropped or chose. */
export interface PickedFile {
  readonly file: File;
  /** With its folders, where known: `night 3/SC4001E0-PSG.edf`. */
  readonly path: string;
  /** Where the browser gives one: the file can be opened again after a reload. */
  readonly handle: FileSystemFileHandle | null;
}

interface DroppedItem {
  readonly kind: string;
  getAsFile(): File | null;
  webkitGetAsEntry?(): FileSystemEntry | null;
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/**
 * All files of a drop, folders walked through. Must be called while the drop event is handled: a browser
 * forgets the items right after it.
 */
export async function filesOfDrop(items: ArrayLike<DroppedItem>): Promise<PickedFile[]> {
  const pending = Array.from(items)
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({
      entry: item.webkitGetAsEntry?.() ?? null,
      handle: item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null),
      file: item.getAsFile(),
    }));
  const found: PickedFile[] = [];
  for (const { entry, handle, file } of pending) {
    if (entry?.isDirectory) {
      await walk(entry as FileSystemDirectoryEntry, found);
      continue;
    }
    const own = await handle;
    if (file)
      found.push({
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

async function walk(folder: FileSystemDirectoryEntry, found: PickedFile[]): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    // readEntries gives at most 100 at a time, and an empty list at the end.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, found);
      else {
        const file = await new Promise<File>((resolve, reject) =>
          (entry as FileSystemFileEntry).file(resolve, reject),
        );
        found.push({ file, path: entry.fullPath.replace(/^\//, ''), handle: null });
      }
    }
  }
}
