import type { UploadItem } from './upload-item.ts';
import { differenceOf, summaryOf, trayItems } from './upload-item.ts';

const item = (more: Partial<UploadItem>): UploadItem => ({
  id: '1',
  name: 'a.edf',
  path: 'a.edf',
  byteLength: 1000,
  lastModified: 1,
  phase: 'moving',
  check: null,
  step: 'uploading',
  doneBytes: 0,
  safeBytes: 0,
  bytesPerSecond: null,
  message: null,
  recordingId: null,
  ...more,
});

test('the heading counts bytes, speed and time left over all files', () => {
  const summary = summaryOf([
    item({ doneBytes: 500, bytesPerSecond: 100 }),
    item({ phase: 'done' }),
    item({ phase: 'waiting' }),
    item({ phase: 'needs-file' }),
    item({ phase: 'refused', byteLength: 99_999 }),
  ]);
  expect(summary).toEqual({
    total: 5,
    finished: 2,
    refused: 1,
    moving: 1,
    needsPerson: 1,
    share: 0.375,
    bytesPerSecond: 100,
    secondsLeft: 25,
  });
});

test('bytes that are only hashed do not count as sent', () => {
  expect(summaryOf([item({ step: 'hashing', doneBytes: 900, safeBytes: 0 })]).share).toBe(0);
});

test('ignored files are not in the tray', () => {
  expect(trayItems([item({ phase: 'ignored' }), item({ phase: 'refused' })])).toHaveLength(1);
});

test('a wrong file is told from the right one, with the reason', () => {
  const wanted = { name: 'a.edf', byteLength: 10, lastModified: 5 };
  expect(differenceOf(wanted, wanted)).toBeNull();
  expect(differenceOf(wanted, { ...wanted, byteLength: 11 })).toContain('11 bytes');
  expect(differenceOf(wanted, { ...wanted, name: 'b.edf' })).toContain('another name');
  expect(differenceOf(wanted, { ...wanted, lastModified: 6 })).toContain('changed');
});
