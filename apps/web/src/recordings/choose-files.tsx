import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import type { PickedFile } from '../files/picked-files.ts';
import { filesOfInput } from '../files/picked-files.ts';

type OpenPicker = (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]>;

/** Buttons to choose files or a folder, and the words that say that dropping works too. */
export function ChooseFiles({ onFiles }: { onFiles: (files: PickedFile[]) => void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  const chooseFiles = async () => {
    const picker = (window as { showOpenFilePicker?: OpenPicker }).showOpenFilePicker;
    // Files chosen with handles can be opened again after a reload, without asking for them.
    if (!picker) return files.current?.click();
    try {
      const handles = await picker({ multiple: true });
      const picked = await Promise.all(
        handles.map(async (handle) => ({ file: await handle.getFile(), handle })),
      );
      onFiles(picked.map(({ file, handle }) => ({ file, path: file.name, handle })));
    } catch (error) {
      if ((error as Error).name !== 'AbortError') files.current?.click();
    }
  };

  const chosen = (event: React.ChangeEvent<HTMLInputElement>) => {
    onFiles(filesOfInput(event.target.files));
    event.target.value = '';
  };

  return (
    <section className="drop-zone" data-testid="drop-zone" aria-label="Upload">
      <div className="drop-words">
        <strong>Drop EDF or BDF files, or whole folders, anywhere on this page</strong>
        <span>
          Headers are checked here, in the browser, before anything is sent; those of gzip files after the
          upload. <Link to="/deidentify">De-identify a recording first</Link>
        </span>
      </div>
      <div className="drop-buttons">
        <button type="button" className="button-primary" onClick={() => void chooseFiles()}>
          Choose files
        </button>
        <button type="button" onClick={() => folder.current?.click()}>
          Choose folder
        </button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="file-input"
        aria-label="Files"
        onChange={chosen}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        data-testid="folder-input"
        aria-label="Folder"
        onChange={chosen}
        {...{ webkitdirectory: '' }}
      />
    </section>
  );
}
