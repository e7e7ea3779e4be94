import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { byteSourceFromBytes } from '../byte-source.ts';
import { readDigital } from '../data-record.ts';
import { isEdfError } from '../errors.ts';
import { collectBytes } from '../edit/edf-output.ts';
import { checkHeader } from '../header.ts';
import { openEdf } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import { arbitraryRecording, writeIntended } from '../test-support/arbitraries.ts';
import {
  concatenated,
  goodOptions,
  goodRecording,
  latin1,
  recordingBytes,
  withField,
  withSignalField,
} from '../test-support/recordings.ts';
import type { Deidentification } from './deidentify.ts';
import { deidentify } from './deidentify.ts';
import type { DeidentifyOptions } from './options.ts';

const secret = new Uint8Array(32).fill(42);

async function deidentified(
  bytes: Uint8Array,
  options: DeidentifyOptions = {},
): Promise<{ bytes: Uint8Array; result: Deidentification }> {
  const result = await deidentify(await openEdf(byteSourceFromBytes(bytes)), options);
  return { bytes: await collectBytes(result.bytes()), result };
}

/** Names in every place that the standard has, and in some it does not have. */
function tellingRecording(): Uint8Array {
  const options = goodOptions('EDF+C', {
    localPatientIdentification: 'MCH-0234567 F 02-AUG-1951 Haagse_Harry',
    localRecordingIdentification: 'Startdate 22-NOV-2026 PSG-98765 NN_Jansen Telemetry_Brainbox',
    annotationsBytesPerRecord: 200,
  });
  options.signals[0]!.transducerType = 'AgAgCl electrode, fixed by Jansen';
  options.signals[1]!.label = 'Temp Harry';
  const bytes = recordingBytes(options, [
    { annotations: [{ onsetSeconds: 0.5, text: 'Sleep stage W' }] },
    {
      annotations: [
        { onsetSeconds: 1.25, durationSeconds: 0.5, text: 'Mr. Harry asked for Dr. Jansen' },
        { onsetSeconds: 1.5, text: 'called 030 123 4567 on 21.11.2026 at 22:31' },
      ],
    },
    { annotations: [{ onsetSeconds: 2, text: 'arousal' }] },
  ]);
  const spoilt = withSignalField(
    withField(bytes, 'reserved', 'EDF+C Jansen lab'),
    'reserved',
    0,
    'SRN=23181234567',
  );
  return concatenated([spoilt, latin1('trailing Harry')]);
}

test('nothing that identifies is left, samples and times stay, and the proof says so', async () => {
  const before = tellingRecording();
  const { bytes, result } = await deidentified(before);
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).not.toMatch(/Harry|Haagse|Jansen|0234567|98765|1951|2026|23181234567|Brainbox|030|22:31/i);
  const [source, output] = await Promise.all([before, bytes].map((one) => openEdf(byteSourceFromBytes(one))));
  expect(output!.header).toMatchObject({
    variant: 'EDF+C',
    localPatientIdentification: 'X X X X',
    localRecordingIdentification: 'Startdate X X X X',
    startDateTime: '1985-01-01T00:00:00',
  });
  for (const signal of [0, 1]) {
    const count = source!.header.signals[signal]!.samplesPerDataRecord * 3;
    expect(await readDigital(output!, signal, 0, count)).toEqual(
      await readDigital(source!, signal, 0, count),
    );
  }
  const { annotations } = await readAnnotations(output!);
  expect(
    annotations.map(({ onsetText, durationText, text: said }) => [onsetText, durationText, said]),
  ).toEqual([
    ['+0.5', null, 'Sleep stage W'],
    ['+1.25', '0.5', 'X. X X X X. X'],
    ['+1.5', null, 'X X on X at X'],
    ['+2', null, 'arousal'],
  ]);
  expect(output!.header.signals[0]!.transducerType).toBe('AgAgCl electrode, fixed by X');
  expect(output!.header.signals[1]!.label).toBe('Temp X');
  const proof = result.proof();
  expect(proof).toMatchObject({
    isClean: true,
    areSamplesSame: true,
    found: [],
    outputByteLength: bytes.length,
  });
  expect(proof.outputSha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(JSON.stringify(proof)).not.toMatch(/Harry|Haagse|Jansen|0234567/i);
  expect(result.plan).toMatchObject({
    trailingByteLength: 14,
    fileName: `recording-${proof.samplesSha256Before.slice(0, 12)}.edf`,
  });
  expect(checkHeader(bytes, bytes.length).findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('the changes of the proof are all the bytes that differ, and no others', async () => {
  const before = tellingRecording();
  const { bytes, result } = await deidentified(before);
  const isListed = new Uint8Array(before.length);
  for (const { offset, length } of result.proof().changes) isListed.fill(1, offset, offset + length);
  for (let at = 0; at < before.length; at++) {
    if (before[at] !== bytes[at]) expect([at, isListed[at]]).toEqual([at, 1]);
  }
  const file = await openEdf(byteSourceFromBytes(before));
  const { headerByteLength, dataRecordByteLength, signals } = file.header;
  const samplesEnd = signals[2]!.byteOffsetInDataRecord;
  for (let record = 0; record < 3; record++) {
    const start = headerByteLength + record * dataRecordByteLength;
    expect(isListed.subarray(start, start + samplesEnd).every((one) => one === 0)).toBe(true);
  }
});

test('sex, age, time of day and texts stay on request', async () => {
  const options = { keepSex: true, keepAge: true, keepTimeOfDay: true, keep: ['asked'] } as const;
  const { bytes } = await deidentified(tellingRecording(), options);
  const { header } = await openEdf(byteSourceFromBytes(bytes));
  expect(header.localPatientIdentification).toBe('X F 01-JAN-1910 X');
  expect(header.startDateTime).toBe('1985-01-01T23:15:30');
  expect(Buffer.from(bytes).toString('latin1')).toContain('X. X asked X X. X');
});

test('above 89 years the age is 90', async () => {
  const old = goodRecording('EDF+C', { localPatientIdentification: 'P-1 F 02-AUG-1921 A_Name' });
  const { bytes } = await deidentified(old, { keepAge: true });
  expect(Buffer.from(bytes).toString('latin1', 8, 40)).toContain('01-JAN-1895');
});

test('shifted dates keep the days between recordings of one patient, and differ between patients', async () => {
  const start = async (patient: string, day: string): Promise<number> => {
    const bytes = goodRecording('EDF+C', {
      localPatientIdentification: patient,
      startDateTime: `2026-11-${day}T23:00:00`,
    });
    const output = await deidentified(bytes, { dates: { kind: 'shift', secret }, keepTimeOfDay: true });
    const { header } = await openEdf(byteSourceFromBytes(output.bytes));
    expect(header.localRecordingIdentification).toMatch(
      /^Startdate \d\d-[A-Z]{3}-\d{4} X X X dates_shifted$/,
    );
    return Date.parse(`${header.startDateTime}Z`);
  };
  const first = await start('P-1 F 02-AUG-1951 A_Name', '02');
  expect((await start('P-1 F 02-AUG-1951 A_Name', '22')) - first).toBe(20 * 86_400_000);
  expect(await start('P-2 F 02-AUG-1951 B_Name', '02')).not.toBe(first);
  expect(first).toBeLessThan(Date.UTC(2026, 10, 2));
});

test('de-identified twice is de-identified once: any recording, any options, hidden bytes too', async () => {
  const options: fc.Arbitrary<DeidentifyOptions> = fc.record({
    dates: fc.constantFrom({ kind: 'clear' } as const, { kind: 'shift', secret, maxDays: 9 } as const),
    keepSex: fc.boolean(),
    keepAge: fc.boolean(),
    keepTimeOfDay: fc.boolean(),
    texts: fc.constantFrom('words', 'patterns'),
    remove: fc.constantFrom([], ['Lights', '\u7761']),
  });
  const patient = fc.constantFrom(
    'MCH-0234567 F 02-AUG-1951 Haagse_Harry',
    'Harry M\u00fcller 12.3.1950',
    '',
    'X M X X',
  );
  await fc.assert(
    fc.asyncProperty(
      arbitraryRecording.filter(({ options: written }) => written.startDateTime !== '1985-01-01T00:00:00'),
      options,
      patient,
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(),
      async (intended, how, who, noise, place) => {
        const bytes = withField(await writeIntended(intended), 'localPatientIdentification', who);
        const { header, dataRecordCount } = await openEdf(byteSourceFromBytes(bytes));
        const notes = header.signals.find(({ isAnnotations }) => isAnnotations);
        if (notes !== undefined && dataRecordCount > 0) {
          const length = notes.samplesPerDataRecord * header.bytesPerSample;
          const at = header.headerByteLength + notes.byteOffsetInDataRecord + (place % length);
          bytes.set(
            noise.subarray(0, header.headerByteLength + notes.byteOffsetInDataRecord + length - at),
            at,
          );
        }
        const once = await deidentified(concatenated([bytes, noise]), how);
        const twice = await deidentified(once.bytes, how);
        expect(Buffer.from(twice.bytes).equals(Buffer.from(once.bytes))).toBe(true);
        expect(twice.result.proof()).toMatchObject({ changes: [], isClean: true });
        expect(once.result.proof()).toMatchObject({ isClean: true, areSamplesSame: true });
      },
    ),
    { numRuns: 200 },
  );
});

test('what identifies and is put in by other hands is found by the scan', async () => {
  const { plan } = (await deidentified(tellingRecording())).result;
  const { IdentityScan } = await import('./identity-scan.ts');
  for (const [text, isFound] of [
    ['note by HARRY', true],
    ['haagse_harry', true],
    ['Harryson', false],
    ['Sleep stage W', false],
  ] as const) {
    const scan = new IdentityScan(plan.identifyingStrings);
    scan.text(latin1(text), 100);
    expect([text, scan.found]).toEqual([text, isFound ? [{ offset: 100, length: text.length }] : []]);
  }
  const scan = new IdentityScan(['M\u00fcller']);
  scan.text(latin1('Frau M\u00fcller'), 0);
  scan.text(new TextEncoder().encode('Frau M\u00fcller'), 50);
  expect(scan.found).toHaveLength(2);
});

test('an onset that is the number of the patient has to stay, and the proof says where it does', async () => {
  const options = goodOptions('EDF+C', {
    localPatientIdentification: '234567 F 02-AUG-1951 Haagse_Harry',
    annotationsBytesPerRecord: 60,
  });
  const annotations = [{ onsetSeconds: 234567, text: 'arousal' }];
  const { bytes, result } = await deidentified(recordingBytes(options, [{ annotations }]));
  const { found, isClean } = result.proof();
  expect(isClean).toBe(false);
  expect(found).toHaveLength(1);
  const [{ offset, length }] = found as [{ offset: number; length: number }];
  expect(Buffer.from(bytes.subarray(offset, offset + length)).toString('latin1')).toContain('234567');
});

test('a source whose samples change after the plan was made is not called de-identified', async () => {
  const bytes = tellingRecording();
  const file = await openEdf(byteSourceFromBytes(bytes));
  const result = await deidentify(file);
  bytes[file.header.headerByteLength]! ^= 1;
  await expect(collectBytes(result.bytes())).rejects.toMatchObject({ code: 'range-invalid' });
  expect(result.proof()).toMatchObject({ areSamplesSame: false, isClean: false });
});

test('words that the format itself writes are not taken for names', async () => {
  const bytes = goodRecording('BDF+C', { localRecordingIdentification: 'Startdate X X BDF_24BIT BioSemi' });
  const { result } = await deidentified(bytes, { fileName: 'EDF Annotations.bdf' });
  expect(result.proof()).toMatchObject({ isClean: true, found: [] });
});

test('a header that is shifted, a weak secret and dates before 1985 are refused', async () => {
  const codeOf = async (bytes: Uint8Array, options: DeidentifyOptions): Promise<unknown> => {
    try {
      await deidentified(bytes, options);
      return 'no error';
    } catch (error) {
      return isEdfError(error) ? `${error.code} ${error.field}` : error;
    }
  };
  const good = goodRecording('EDF+C');
  const shiftedHeader = concatenated([good.subarray(0, 40), latin1('xx'), good.subarray(40)]);
  expect(await codeOf(shiftedHeader, {})).toBe('header-field-invalid version');
  expect(await codeOf(good, { dates: { kind: 'shift', secret: new Uint8Array(4) } })).toBe(
    'write-value-invalid dates',
  );
  const old = goodRecording('EDF+C', { startDateTime: '1985-01-01T00:00:00' });
  expect(await codeOf(old, { dates: { kind: 'shift', secret } })).toBe('write-value-invalid startDate');
});

test('there is no proof before the bytes were written', async () => {
  const result = await deidentify(await openEdf(byteSourceFromBytes(goodRecording('EDF+C'))));
  expect(() => result.proof()).toThrow('once all bytes have been written');
});
