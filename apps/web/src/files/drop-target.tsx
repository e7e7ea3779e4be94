import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Drop } from './picked-files.ts';
import { filesOfDrop } from './picked-files.ts';

const uploadWords = { title: 'Drop to upload', detail: 'EDF and BDF files, or folders of them' };

/** Makes the whole page take dropped files and folders, unless somebody else does: then `onFiles` is null. */
export function DropTarget({
  onFiles,
  words = uploadWords,
  children,
}: {
  onFiles: ((...drop: [files: Drop['files'], unreadable: Drop['unreadable']]) => void) | null;
  /** What is said while files are held over the page. */
  words?: { readonly title: string; readonly detail: string };
  children: ReactNode;
}) {
  const [isOver, setIsOver] = useState(false);

  useEffect(() => {
    if (!onFiles) return;
    const listening = new AbortController();
    const { signal } = listening;
    // Children of the page send leave events too: the count tells when the pointer has left the window.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const listen = (
      name: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
      handle: (event: DragEvent) => void,
    ) =>
      window.addEventListener(
        name,
        (event) => {
          if (!hasFiles(event)) return;
          event.preventDefault();
          handle(event);
        },
        { signal },
      );
    listen('dragenter', () => {
      depth++;
      setIsOver(true);
    });
    listen('dragover', (event) => {
      event.dataTransfer!.dropEffect = 'copy';
    });
    listen('dragleave', () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setIsOver(false);
    });
    listen('drop', (event) => {
      depth = 0;
      setIsOver(false);
      void filesOfDrop(event.dataTransfer!.items as never).then(({ files, unreadable }) =>
        onFiles(files, unreadable),
      );
    });
    return () => listening.abort();
  }, [onFiles]);

  return (
    <>
      {children}
      {isOver && (
        <div className="drop-overlay" aria-hidden="true">
          <div>
            <strong>{words.title}</strong>
            <span>{words.detail}</span>
          </div>
        </div>
      )}
    </>
  );
}
