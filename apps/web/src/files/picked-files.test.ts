import { filesOfDrop, filesOfInput } from './picked-files.ts';

const fileEntry = (path: string) => ({
  isDirectory: false,
  name: path.split('/').at(-1)!,
  fullPath: path,
  file: (resolve: (file: File) => void) => resolve(new File(['x'], path.split('/').at(-1)!)),
});

/** A folder that gives its entries two at a time, as browsers give them a hundred at a time. */
function folderEntry(path: string, entries: object[]) {
  return {
    isDirectory: true,
    name: path.split('/').at(-1)!,
    fullPath: path,
    createReader() {
      let at = 0;
      return {
        readEntries(resolve: (entries: object[]) => void) {
          resolve(entries.slice(at, at + 2));
          at += 2;
        },
      };
    },
  };
}

const item = (entry: object, file: File | null = null) =>
  ({ kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => file }) as never;

test('folders are walked to their ends, hidden files are left out', async () => {
  const night = folderEntry('/study/night', [
    fileEntry('/study/night/a.edf'),
    fileEntry('/study/night/.DS_Store'),
  ]);
  const study = folderEntry('/study', [
    fileEntry('/study/1.edf'),
    fileEntry('/study/2.edf'),
    fileEntry('/study/3.edf'),
    night,
  ]);
  const { files, unreadable } = await filesOfDrop([item(study)]);
  expect(unreadable).toEqual([]);
  expect(files.map(({ path }) => path)).toEqual([
    'study/1.edf',
    'study/2.edf',
    'study/3.edf',
    'study/night/a.edf',
  ]);
});

test('what cannot be read in a folder is named, and all else of the drop is taken', async () => {
  type Fail = (error: Error) => void;
  const fails = (_resolve: unknown, reject: Fail) => reject(new Error('NotReadableError'));
  const locked = { ...folderEntry('/study/locked', []), createReader: () => ({ readEntries: fails }) };
  const study = folderEntry('/study', [
    { ...fileEntry('/study/1.edf'), file: fails },
    locked,
    fileEntry('/study/2.edf'),
  ]);
  const { files, unreadable } = await filesOfDrop([
    item(study),
    item(folderEntry('/b', [fileEntry('/b/3.edf')])),
  ]);
  expect(files.map(({ path }) => path)).toEqual(['study/2.edf', 'b/3.edf']);
  expect(unreadable).toEqual(['study/1.edf', 'study/locked']);
});

test('a dropped file keeps the handle with which it can be opened again', async () => {
  const handle = { kind: 'file' };
  const file = new File(['x'], 'a.edf');
  const dropped = { kind: 'file', getAsFile: () => file, getAsFileSystemHandle: async () => handle };
  expect(await filesOfDrop([dropped as never, { kind: 'string', getAsFile: () => null }])).toEqual({
    files: [{ file, path: 'a.edf', handle }],
    unreadable: [],
  });
});

test('files of an input have the path of their folder where there is one', () => {
  const file = Object.assign(new File(['x'], 'a.edf'), { webkitRelativePath: 'night/a.edf' });
  expect(filesOfInput([file]).map(({ path }) => path)).toEqual(['night/a.edf']);
  expect(filesOfInput(null)).toEqual([]);
});
