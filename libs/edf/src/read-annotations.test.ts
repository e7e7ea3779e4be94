import type { ByteSource } from './byte-source.ts';
import { byteSourceFromBytes } from './byte-source.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import {
  goodOptions,
  goodRecording,
  recordingBytes,
  withField,
  withSignalField,
} from './test-support/recordings.ts';

test('a recording without annotations signal is not read for them, and is one run', async () => {
  const bytes = withSignalField(goodRecording('EDF+C'), 'label', 2, 'EEG Pz-Oz');
  let reads = 0;
  const source: ByteSource = {
    byteLength: bytes.length,
    async slice(start, end) {
      reads++;
      return bytes.subarray(start, end);
    },
  };
  const { annotations, timeline } = await readAnnotations(await openEdf(source));
  expect(reads).toBe(1);
  expect(annotations).toEqual([]);
  expect(timeline.runs).toEqual([{ firstRecord: 0, recordCount: 3, startNs: 0n }]);
});

test('a recording without data records has no runs', async () => {
  const bytes = goodRecording('EDF').slice(0, 768);
  expect((await readAnnotations(await openEdf(byteSourceFromBytes(bytes)))).timeline.runs).toEqual([]);
});

test('annotations of a file without the EDF+ marker are read, and its gaps are not believed', async () => {
  const bytes = withField(goodRecording('EDF+D'), 'reserved', '');
  const { annotations, timeline, findings } = await readAnnotations(
    await openEdf(byteSourceFromBytes(bytes)),
  );
  expect(annotations.map(({ text }) => text)).toEqual(['Lights off']);
  expect(timeline.runs).toEqual([{ firstRecord: 0, recordCount: 3, startNs: 0n }]);
  expect(findings).toEqual([]);
});

test.each([
  [{ onsetSeconds: -0.5, text: 'early' }, 'begins before'],
  [{ onsetSeconds: 3.5, text: 'late' }, 'begins after'],
  [{ onsetSeconds: 2, durationSeconds: 1.5, text: 'long' }, 'ends after'],
])('an annotation outside the recording (%j) is told as one that %s it', async (annotation, where) => {
  const bytes = recordingBytes(goodOptions('EDF+C'), [{ annotations: [annotation] }]);
  const { annotations, findings } = await readAnnotations(await openEdf(byteSourceFromBytes(bytes)));
  expect(annotations).toHaveLength(1);
  expect(findings).toMatchObject([{ id: 'EDF061', record: 0, signal: 2, offset: 1024 + 18 }]);
  expect(findings[0]!.message).toContain(where);
});

test('an annotation that ends with the recording, and one repeated at another onset, are no findings', async () => {
  const annotations = [
    { onsetSeconds: 2, durationSeconds: 1, text: 'arousal' },
    { onsetSeconds: 0, durationSeconds: 1, text: 'arousal' },
  ];
  const bytes = recordingBytes(goodOptions('EDF+C'), [{ annotations }]);
  expect((await readAnnotations(await openEdf(byteSourceFromBytes(bytes)))).findings).toEqual([]);
});
