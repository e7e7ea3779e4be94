import { newItem } from './upload-item.ts';
import type { UploadItem } from './upload-item.ts';
import { uploadWords } from './upload-words.ts';

const words = (more: Partial<UploadItem>) =>
  uploadWords(
    newItem({
      id: '1',
      name: 'a.edf',
      path: 'a.edf',
      byteLength: 1000,
      lastModified: 1,
      phase: 'moving',
      safeBytes: 500,
      ...more,
    }),
  );

test('a full disk is told as one, with what to do, and not as the network', () => {
  expect(words({ phase: 'no-room', message: 'the disk of the service is full' })).toBe(
    'The disk of the service is full; tell its operator. The upload goes on by itself once there is room. 50 % is safe.',
  );
  expect(words({ phase: 'offline', message: 'the object store answered 503' })).toBe(
    'Waiting for the network · 50 % is safe. It goes on by itself.',
  );
});

test('why an upload has failed or was left to another tab is told as it is', () => {
  expect(words({ phase: 'failed', message: 'The disk of the service is full. Tell its operator.' })).toBe(
    'The disk of the service is full. Tell its operator.',
  );
});
