import { createHash } from 'node:crypto';
import {
  byteSourceFromBytes,
  checkHeader,
  digitalSamplesInto,
  openEdf,
  readAnnotations,
  recordBlocks,
} from '@edf-pipeline/edf';
import type { EdfFile, SignalHeader } from '@edf-pipeline/edf';
import { sampleRecording, sampleRecordingByteLength } from './sample-recording.ts';

describe('the sample recording', () => {
  let bytes: Uint8Array;
  let file: EdfFile;

  beforeAll(async () => {
    bytes = await collect();
    file = await openEdf(byteSourceFromBytes(bytes));
  }, 60_000);

  test('has the length that is told beforehand, and no fault of form', () => {
    expect(bytes.length).toBe(sampleRecordingByteLength);
    const { findings } = checkHeader(bytes, bytes.length);
    expect(findings.filter(({ severity }) => severity === 'error' || severity === 'fatal')).toEqual([]);
    expect(file.header).toMatchObject({
      variant: 'EDF+C',
      startDateTime: '2024-05-02T22:30:00',
      localPatientIdentification: 'X X X X',
      localRecordingIdentification: 'Startdate 02-MAY-2024 X X X',
    });
    expect(file.dataRecordCount).toBe(8 * 3600);
  });

  test('is the same to the byte each time', async () => {
    const digest = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');
    expect(digest(await collect())).toBe(digest(bytes));
  }, 60_000);

  test('is staged throughout, with lights, arousals and apneas', async () => {
    const { annotations, findings } = await readAnnotations(file);
    expect(findings).toEqual([]);
    const count = (text: RegExp) => annotations.filter((annotation) => text.test(annotation.text)).length;
    expect(count(/^Sleep stage (W|N1|N2|N3|R)$/)).toBe(960);
    for (const stage of ['W', 'N1', 'N2', 'N3', 'R'])
      expect(count(new RegExp(`stage ${stage}$`))).toBeGreaterThan(20);
    expect(count(/^Lights (off|on)$/)).toBe(2);
    expect(count(/^EEG arousal$/)).toBeGreaterThan(20);
    const apneas = annotations.filter(({ text }) => text === 'Obstructive apnea');
    expect(apneas.length).toBeGreaterThan(20);
    expect(apneas.every(({ durationNs }) => durationNs !== null && durationNs >= 10_000_000_000n)).toBe(true);
  }, 60_000);

  test('shows an electrode that comes off, and saturation that falls after apneas', async () => {
    const o2 = await samplesOf('EEG O2-M1');
    const resting = o2.subarray(13_400 * 128, 13_700 * 128);
    expect(resting.every((value) => value === resting[0])).toBe(true);
    expect(o2.subarray(13_270 * 128, 13_280 * 128).filter((value) => value === 32767).length).toBeGreaterThan(
      300,
    );
    expect(new Set(o2.subarray(14_000 * 128, 14_001 * 128)).size).toBeGreaterThan(50);
    const saturation = await samplesOf('SaO2 finger');
    expect(Math.min(...saturation)).toBeGreaterThan(700);
    expect(Math.min(...saturation)).toBeLessThan(930);
  }, 60_000);

  async function collect(): Promise<Uint8Array> {
    const all = new Uint8Array(sampleRecordingByteLength);
    let at = 0;
    for await (const chunk of sampleRecording()) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all.subarray(0, at);
  }

  async function samplesOf(label: string): Promise<Int32Array> {
    const signal = file.header.signals.find(
      (candidate): candidate is SignalHeader => candidate.label === label,
    )!;
    const samples = new Int32Array(signal.samplesPerDataRecord * file.dataRecordCount);
    let at = 0;
    for await (const block of recordBlocks(file)) {
      at += digitalSamplesInto(file.header, signal, block.bytes, block.recordCount, samples, at);
    }
    return samples;
  }
});
