import { EdfError, encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';
import type { WriteOptions } from '@edf-pipeline/edf';
import { planFile, writeFile } from './deidentified-file.ts';

const options: WriteOptions = {
  variant: 'EDF+C',
  startDateTime: '2024-05-17T22:31:05',
  dataRecordDurationSeconds: 1,
  signals: [
    {
      label: 'EEG Fpz-Cz',
      physicalDimension: 'uV',
      physicalMin: -500,
      physicalMax: 500,
      samplesPerDataRecord: 100,
    },
  ],
  dataRecordCount: 20,
  localPatientIdentification: 'P-4711 F 02-AUG-1951 Ada_Lovelace',
  localRecordingIdentification: 'Startdate 17-MAY-2024 X X X',
};

function recording(annotation: string): File {
  const records = Array.from({ length: 20 }, (_, record) =>
    encodeDataRecord(options, record, {
      samples: [Int16Array.from({ length: 100 }, (_, at) => at * record)],
      annotations: [{ onsetSeconds: record, text: annotation }],
    }),
  );
  const parts = [encodeHeader(options), ...records] as Uint8Array<ArrayBuffer>[];
  return new File(parts, 'Lovelace.edf', { lastModified: 1_700_000_000_000 });
}

const never = new AbortController().signal;
const tell = () => {};

describe('a recording that is de-identified in the browser', () => {
  it('is shown as it is and as it leaves, and leaves without what identifies', async () => {
    const source = recording('Lights off, said Ada');
    const shares: number[] = [];
    const planned = await planFile(source, {}, (share) => shares.push(share), never);

    expect(planned.plan.fields).toContainEqual(
      expect.objectContaining({ before: 'P-4711 F 02-AUG-1951 Ada_Lovelace', after: 'X X X X' }),
    );
    expect(planned.plan.texts[0]?.before).toBe('Lights off, said Ada');
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, at) => share >= (shares[at - 1] ?? 0))).toBe(true);

    const { file, proof } = await writeFile(source, planned, tell, never);
    const text = Buffer.from(await file!.arrayBuffer()).toString('latin1');
    expect(text).not.toMatch(/ada|lovelace|4711|1951|2024/i);
    expect(proof).toMatchObject({ isClean: true, areSamplesSame: true, found: [] });
    expect(file).toMatchObject({ size: source.size, lastModified: source.lastModified });
    expect(file!.name).toMatch(/^recording-[0-9a-f]{12}\.edf$/);
  });

  it('is the same file every time, so that an upload of it can go on', async () => {
    const source = recording('Lights off');
    const write = async () => {
      const { file } = await writeFile(source, await planFile(source, {}, tell, never), tell, never);
      return { name: file!.name, bytes: Buffer.from(await file!.arrayBuffer()).toString('hex') };
    };

    expect(await write()).toEqual(await write());
  });

  it('is written also when what planned it has been told to stop since', async () => {
    const source = recording('Lights off');
    const stop = new AbortController();
    const planned = await planFile(source, {}, tell, stop.signal);
    stop.abort();

    expect((await writeFile(source, planned, tell, never)).proof.isClean).toBe(true);
  });

  it('is not given out while something that identifies is left in it', async () => {
    const source = recording('Lights off');
    const planned = await planFile(source, { remove: ['Fpz'] }, tell, never);
    const proof = {
      ...(await writeFile(source, planned, tell, never)).proof,
      isClean: false,
      found: [{ offset: 256, length: 3 }],
    };

    expect(await writeFile(source, { ...planned, proof: () => proof }, tell, never)).toEqual({
      file: null,
      proof,
    });
  });

  it('that is no recording is refused with the reason', async () => {
    const source = new File(['<!doctype html><p>not found</p>'], 'night.edf');

    await expect(planFile(source, {}, tell, never)).rejects.toThrow(EdfError);
  });

  it('is not read on once somebody has chosen another', async () => {
    const stop = new AbortController();
    stop.abort(new Error('another one was chosen'));

    await expect(planFile(recording('Lights off'), {}, tell, stop.signal)).rejects.toThrow(
      'another one was chosen',
    );
  });
});
