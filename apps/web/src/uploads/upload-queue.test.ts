import type { UploadFileOptions, UploadOutcome } from '@edf-pipeline/uploader';
import type { FileCheck } from '../files/file-check.ts';
import { UploadError } from '@edf-pipeline/uploader';
import { fakeLocks } from '../test-support/fake-locks.ts';
import type { KeptUpload, ResumeStore } from './resume-store.ts';
import { UploadQueue } from './upload-queue.ts';

const edf: FileCheck = {
  kind: 'edf',
  variant: 'EDF',
  signalCount: 1,
  durationSeconds: 10,
  startDateTime: null,
  findings: [],
  hasPatientName: false,
  header: new Uint8Array(512),
};

function memoryStore(...kept: KeptUpload[]): ResumeStore & { kept: Map<string, KeptUpload> } {
  const map = new Map(kept.map((one) => [one.id, one]));
  return {
    kept: map,
    all: async () => [...map.values()],
    keep: async (upload) => void map.set(upload.id, upload),
    forget: async (id) => void map.delete(id),
  };
}

function queueWith(store = memoryStore(), locks?: LockManager) {
  const uploads: { options: UploadFileOptions; end: (outcome: UploadOutcome | Error) => void }[] = [];
  const aborted: string[] = [];
  const queue = new UploadQueue({
    client: { abortUpload: async (id: string) => void aborted.push(id) } as never,
    store,
    locks,
    now: () => 0,
    check: async (file) =>
      file.name.endsWith('.txt')
        ? { kind: 'ignored', reason: 'not an EDF or BDF file' }
        : file.name.endsWith('.gz')
          ? { kind: 'compressed' }
          : edf,
    upload: (options) =>
      new Promise((resolve, reject) => {
        options.signal?.addEventListener('abort', () => reject(options.signal!.reason));
        uploads.push({
          options,
          end: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
        });
      }),
  });
  return { queue, uploads, aborted, store };
}

const pick = (name: string) => {
  const file = new File(['12345'], name, { lastModified: 7 });
  return { file, path: name, handle: null };
};
const begun = {
  version: 1,
  idempotencyKey: 'k',
  byteLength: 5,
  contentId: null,
  uploadId: 'upl_1',
} as const;
const settled = async () => {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setTimeout(resolve, 0));
};
const turn = () => new Promise((resolve) => setImmediate(resolve));
const phases = (queue: UploadQueue) => queue.items().map(({ phase }) => phase);
const done = { kind: 'done', upload: { recordingId: 'rec_1' } } as UploadOutcome;

test('two files move at once, the next one starts when one is done', async () => {
  const { queue, uploads, store } = queueWith();
  await queue.add([pick('a.edf'), pick('b.edf'), pick('c.edf'), pick('notes.txt')]);
  expect(phases(queue)).toEqual(['moving', 'moving', 'waiting', 'ignored']);
  uploads[0]!.end(done);
  await turn();
  expect(phases(queue)).toEqual(['done', 'moving', 'moving', 'ignored']);
  expect(queue.items()[0]!.recordingId).toBe('rec_1');
  expect(store.kept.size).toBe(2);
});

test('a gzip file is sent without a header', async () => {
  const { queue, uploads } = queueWith();
  await queue.add([pick('a.edf'), pick('b.edf.gz')]);
  await turn();
  expect(phases(queue)).toEqual(['moving', 'moving']);
  expect(uploads.map(({ options }) => options.header?.length)).toEqual([512, undefined]);
});

test('a paused upload goes on with what the server knows of it', async () => {
  const { queue, uploads } = queueWith();
  await queue.add([pick('a.edf')]);
  await turn();
  await uploads[0]!.options.onResumeState?.(begun);
  const { id } = queue.items()[0]!;
  queue.pause(id);
  await turn();
  expect(phases(queue)).toEqual(['paused']);
  await queue.resume(id);
  await turn();
  expect(phases(queue)).toEqual(['moving']);
  expect(uploads[1]!.options.resume).toEqual(begun);
});

test('a cancelled upload is given up at the server and forgotten here', async () => {
  const { queue, uploads, aborted, store } = queueWith();
  await queue.add([pick('a.edf')]);
  await turn();
  await uploads[0]!.options.onResumeState?.(begun);
  await queue.cancel(queue.items()[0]!.id);
  expect(queue.items()).toEqual([]);
  expect(aborted).toEqual(['upl_1']);
  expect(store.kept.size).toBe(0);
});

test('after a reload the same file goes on, another one is refused with the reason', async () => {
  const kept = {
    id: 'x',
    name: 'a.edf',
    path: 'a.edf',
    byteLength: 5,
    lastModified: 7,
    addedAt: 0,
    safeBytes: 3,
    resume: null,
    handle: null,
  };
  const { queue } = queueWith(memoryStore(kept));
  await queue.restore();
  expect(phases(queue)).toEqual(['needs-file']);
  queue.chooseAgain('x', new File(['123456'], 'a.edf', { lastModified: 7 }));
  expect(queue.items()[0]).toMatchObject({
    phase: 'needs-file',
    message: expect.stringContaining('6 bytes'),
  });
  await queue.add([pick('a.edf')]);
  expect(queue.items()).toHaveLength(1);
  expect(phases(queue)).toEqual(['moving']);
});

test('a file that another tab uploads is left alone until that is done, and is then found at the server', async () => {
  const [store, locks] = [memoryStore(), fakeLocks()];
  const [a, b] = [queueWith(store, locks), queueWith(store, locks)];
  await a.queue.add([pick('a.edf')]);
  await b.queue.add([pick('a.edf')]);
  await settled();
  expect(b.queue.items()[0]).toMatchObject({
    phase: 'elsewhere',
    message: 'Another tab is uploading this file.',
  });
  expect(b.uploads).toHaveLength(0);

  a.uploads[0]!.end(done);
  await settled();
  expect(phases(b.queue)).toEqual(['moving']);
  b.uploads[0]!.end({ ...done, kind: 'duplicate' } as UploadOutcome);
  await settled();
  expect(phases(b.queue)).toEqual(['duplicate']);
  expect(store.kept.size).toBe(0);
});

test('what another tab has begun of a file and left is gone on with, and kept once', async () => {
  const [store, locks] = [memoryStore(), fakeLocks()];
  const [a, b] = [queueWith(store, locks), queueWith(store, locks)];
  await a.queue.add([pick('a.edf')]);
  await b.queue.add([pick('a.edf')]);
  await settled();
  await a.uploads[0]!.options.onResumeState?.(begun);
  a.queue.pause(a.queue.items()[0]!.id);
  await settled();
  expect(phases(b.queue)).toEqual(['moving']);
  expect(b.uploads[0]!.options.resume).toEqual(begun);
  expect([...store.kept.keys()]).toEqual([b.queue.items()[0]!.id]);
});

test('a tab that is reloaded while another one uploads offers nothing to go on with once that is done', async () => {
  const [store, locks] = [memoryStore(), fakeLocks()];
  const [a, b] = [queueWith(store, locks), queueWith(store, locks)];
  await a.queue.add([pick('a.edf')]);
  await b.queue.add([pick('a.edf')]);
  await settled();
  const reloaded = queueWith(store, locks);
  await reloaded.queue.restore();
  expect(phases(reloaded.queue)).toEqual(['elsewhere']);
  b.queue.remove(b.queue.items()[0]!.id);
  a.uploads[0]!.end(done);
  await settled();
  expect(phases(reloaded.queue)).toEqual([]);
  expect(store.kept.size).toBe(0);
});

test('a failure is told in words and can be tried again', async () => {
  const { queue, uploads } = queueWith();
  await queue.add([pick('a.edf')]);
  await turn();
  uploads[0]!.end(new TypeError('network'));
  await turn();
  expect(queue.items()[0]).toMatchObject({
    phase: 'failed',
    message: expect.stringContaining('cannot be reached'),
  });
});

test('when the network is back, what waited for it goes on at once', async () => {
  const { queue, uploads } = queueWith(memoryStore(), fakeLocks());
  await queue.add([pick('a.edf')]);
  await settled();
  uploads[0]!.options.onState?.({
    kind: 'waiting',
    upload: null,
    reason: 'cut',
    code: 'network',
    seconds: 20,
  });
  expect(phases(queue)).toEqual(['offline']);
  queue.wake();
  await settled();
  expect(phases(queue)).toEqual(['moving']);
  expect(uploads).toHaveLength(2);
});

test('a wait for room is told as one, keeps its place among those that move, and ends when bytes move again', async () => {
  const { queue, uploads } = queueWith();
  await queue.add([pick('a.edf'), pick('b.edf'), pick('c.edf')]);
  await turn();
  const upload = { id: 'upl_1' } as never;
  uploads[0]!.options.onState?.({
    kind: 'waiting',
    upload,
    reason: 'full',
    code: 'storage-full',
    seconds: 20,
  });
  expect(phases(queue)).toEqual(['no-room', 'moving', 'waiting']);
  queue.wake();
  expect(phases(queue)).toEqual(['no-room', 'moving', 'waiting']);
  uploads[0]!.options.onState?.({ kind: 'uploading', upload });
  expect(phases(queue)).toEqual(['moving', 'moving', 'waiting']);
});

test('a disk that stays full is told when patience has run out', async () => {
  const { queue, uploads } = queueWith();
  await queue.add([pick('a.edf')]);
  await turn();
  uploads[0]!.end(new UploadError('storage-full', 'full', { status: 507 }));
  await turn();
  expect(queue.items()[0]).toMatchObject({
    phase: 'failed',
    message: expect.stringContaining('The disk of the service is full. Tell its operator.'),
  });
});

test('what could not be read of a drop is shown as refused, and the rest is uploaded', async () => {
  const { queue } = queueWith();
  await queue.add([pick('a.edf')], ['study/locked.edf']);
  expect(queue.items()).toEqual([
    expect.objectContaining({
      name: 'locked.edf',
      path: 'study/locked.edf',
      phase: 'refused',
      message: expect.stringContaining('could not read it'),
    }),
    expect.objectContaining({ name: 'a.edf', phase: 'moving' }),
  ]);
});
