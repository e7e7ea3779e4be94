import { byteSourceFromBytes } from '../byte-source.ts';
import { openEdf } from '../open.ts';
import { goodRecording } from '../test-support/recordings.ts';
import { statusWell, withStatus } from '../test-support/spoilt-recordings.ts';
import type { Trigger } from './read-triggers.ts';
import { readTriggers } from './read-triggers.ts';

async function triggersOf(bytes: Uint8Array): Promise<Trigger[]> {
  const triggers: Trigger[] = [];
  for await (const trigger of readTriggers(await openEdf(byteSourceFromBytes(bytes)))) triggers.push(trigger);
  return triggers;
}

test('a trigger is where the lower 16 bits become another number than 0', async () => {
  const words = [statusWell | 5, statusWell | 5, statusWell, statusWell | 0x8001];
  expect(await triggersOf(withStatus(words))).toEqual([
    { code: 5, sample: 0, record: 0, sinceRecordNs: 0n },
    { code: 0x8001, sample: 3, record: 0, sinceRecordNs: 750_000_000n },
  ]);
});

test('bits 16 to 23 make no trigger, whatever they say', async () => {
  expect(await triggersOf(withStatus([0xff << 16, 0, 1 << 22, 1 << 20]))).toEqual([]);
});

test('a recording without Status signal is refused with a code', async () => {
  await expect(triggersOf(goodRecording('BDF'))).rejects.toMatchObject({
    code: 'range-invalid',
    field: 'label',
  });
  await expect(triggersOf(goodRecording('EDF'))).rejects.toMatchObject({ code: 'range-invalid' });
});
