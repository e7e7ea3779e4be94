import { byteSourceFromBytes, encodeHeader } from '@edf-pipeline/edf';
import { openOriginal } from './open-recording.ts';

const opened = (bytes: Uint8Array) => openOriginal(byteSourceFromBytes(bytes));

test('an EDF is opened, a gzip file is told as such, anything else is an error', async () => {
  const header = encodeHeader({
    variant: 'EDF',
    startDateTime: '2024-03-01T22:00:00',
    dataRecordDurationSeconds: 1,
    signals: [
      { label: 'EEG', physicalDimension: 'uV', physicalMin: -1, physicalMax: 1, samplesPerDataRecord: 1 },
    ],
    dataRecordCount: 0,
  });
  expect((await opened(header)).kind).toBe('edf');
  expect(await opened(Uint8Array.from([0x1f, 0x8b, ...header]))).toEqual({ kind: 'compressed' });
  await expect(opened(new TextEncoder().encode('%PDF-1.7'.padEnd(400)))).rejects.toThrow();
});
