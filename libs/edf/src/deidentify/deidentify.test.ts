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
    fileName: expect.stringMatching(/^recording-[0-9a-f]{12}\.edf$/),
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
    'A77-50 M 17-MAY-1960 A_Green',
    'P-1 F X Jan_Li',
  );
  const filters = fc.constantFrom('', 'HP:0.1Hz LP:75Hz N:50 Hz', 'BP:1234.5-1234.5 mHz', 'by Green, LP: 50');
  await fc.assert(
    fc.asyncProperty(
      arbitraryRecording.filter(({ options: written }) => written.startDateTime !== '1985-01-01T00:00:00'),
      options,
      patient,
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(),
      filters,
      async (intended, how, who, noise, place, filter) => {
        const named = withField(await writeIntended(intended), 'localPatientIdentification', who);
        const bytes = withSignalField(named, 'prefiltering', 0, filter);
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

/** What the annotations of a recording say once it is de-identified. */
async function textsOf(
  texts: readonly string[],
  identification: { patient: string; recording?: string },
  options: DeidentifyOptions = {},
): Promise<{ texts: string[]; result: Deidentification }> {
  const recording = goodOptions('EDF+C', {
    startDateTime: '2024-05-17T22:00:00',
    localPatientIdentification: identification.patient,
    localRecordingIdentification: identification.recording ?? 'Startdate 17-MAY-2024 X X X',
    annotationsBytesPerRecord: 800,
  });
  const annotations = texts.map((text) => ({ onsetSeconds: 0.5, text }));
  const { bytes, result } = await deidentified(recordingBytes(recording, [{ annotations }]), options);
  const read = await readAnnotations(await openEdf(byteSourceFromBytes(bytes)));
  return { texts: read.annotations.map(({ text }) => text), result };
}

const bothPolicies = [{ texts: 'words' }, { texts: 'patterns' }] as const;

test.each(bothPolicies)(
  'short codes and names go as whole words with $texts, in any case',
  async (options) => {
    const said = [
      'patient A77 asleep',
      'a77',
      'Mr Li woke',
      'NG moved',
      'Line noise',
      'bed 42',
      'note by T1',
    ];
    const patient = 'A77-42 M X Li_Ng';
    const { texts, result } = await textsOf(said, { patient, recording: 'Startdate X X T1 X' }, options);
    expect(texts.join(' | ')).not.toMatch(/\b(?:A77|Li|Ng|42|T1)\b/i);
    expect(texts[4]).toBe('Line noise');
    expect(result.proof()).toMatchObject({ isClean: true, unsearchedWordCount: 0 });
  },
);

test.each(bothPolicies)(
  'a name that recordings in general use as a word goes from texts with $texts',
  async (options) => {
    const said = ['Green moved', 'GREEN', 'John Green', 'Mrs Gold', 'test Block', 'M\u00fcller'];
    const patient = '1234567 M X John_Green_Block';
    const { texts, result } = await textsOf(
      said,
      { patient, recording: 'Startdate X X Gold_Muller Test' },
      options,
    );
    expect(texts.join(' | ')).not.toMatch(/green|gold|block|m\u00fcller/i);
    expect(texts[4]).toBe('test X');
    // Of equipment a word of recordings in general stays, and the proof counts it.
    expect(result.plan.technicalWords).toEqual(['Test']);
    expect(result.proof()).toMatchObject({ isClean: true, unsearchedWordCount: 1 });
  },
);

test('an initial goes beside the name and before a full stop; alone it stays, and is counted', async () => {
  const said = ['A. woke', 'A Harry', 'harry, a.', 'stage A', 'stage W'];
  const { texts, result } = await textsOf(said, { patient: 'X M X A_Harry' }, { texts: 'patterns' });
  expect(texts).toEqual(['X. woke', 'X', 'X.', 'stage A', 'stage W']);
  expect(result.plan.technicalWords).toEqual(['A']);
  expect(result.proof().unsearchedWordCount).toBe(1);
});

test('a word that says what a signal is stays in labels, though it is a name too, and is counted', async () => {
  const options = goodOptions('EDF+C', { localPatientIdentification: 'X M X Lee_Chin' });
  options.signals[0]!.label = 'EMG Chin';
  options.signals[1]!.label = 'Temp Lee';
  options.signals[0]!.transducerType = 'gel on chin of Lee';
  const { bytes, result } = await deidentified(recordingBytes(options));
  const { header } = await openEdf(byteSourceFromBytes(bytes));
  expect(header.signals.slice(0, 2).map(({ label }) => label)).toEqual(['EMG Chin', 'Temp X']);
  expect(header.signals[0]!.transducerType).toBe('gel on X of X');
  expect(result.plan.technicalWords).toEqual(['Chin']);
  expect(result.proof()).toMatchObject({ isClean: true, unsearchedWordCount: 1 });
});

test('short numbers of the identification do not make onsets, limits and filters unclean', async () => {
  const options = goodOptions('EDF+C', {
    localPatientIdentification: '50 M X X',
    annotationsBytesPerRecord: 60,
  });
  options.signals[0]!.prefiltering = 'HP:0.1Hz LP:75Hz N:50 Hz';
  const annotations = [{ onsetSeconds: 50, text: 'SpO2 50 %' }];
  const { bytes, result } = await deidentified(recordingBytes(options, [{ annotations }]));
  expect(Buffer.from(bytes).toString('latin1')).toContain('N:50 Hz');
  expect(Buffer.from(bytes).toString('latin1')).toContain('+50\x14SpO2 X %');
  expect(result.proof()).toMatchObject({ isClean: true, unsearchedWordCount: 1 });
});

test.each([
  ['BP:0.2-128Hz Notch:50Hz', 'BP:0.2-128Hz Notch:50Hz'],
  ['HP:5.305165Hz LP:30Hz N:50Hz', 'HP:5.305165Hz LP:30Hz N:50Hz'],
  ['HP:0.1Hz Haagse', 'HP:0.1Hz X'],
  ['LP:4711 Hz', 'LP:X Hz'],
])(
  'filters stay though they look like dates and numbers, those that name do not: "%s"',
  async (filter, left) => {
    const named = goodRecording('EDF', { localPatientIdentification: '4711 M X Haagse_Harry' });
    const { bytes, result } = await deidentified(withSignalField(named, 'prefiltering', 0, filter));
    const { header } = await openEdf(byteSourceFromBytes(bytes));
    expect(header.signals[0]!.prefiltering).toBe(left);
    expect(result.proof().isClean).toBe(true);
  },
);

test.each(bothPolicies)(
  'the day of the recording goes from texts with $texts, however it is written',
  async (options) => {
    const days = [
      ...[
        '17.05.24',
        '17.5.2024',
        '17-MAY-2024',
        '2024-05-17',
        '17/05/2024',
        '05/17/24',
        'May 17 2024',
        'May 17th, 2024',
      ],
      ...[
        '17 May 2024',
        '17 mei 24',
        '17. Mai 2024',
        '17 mai 2024',
        '17 de mayo de 2024',
        '17MAY24',
        '20240517',
      ],
      ...['170524', '17 05 24', '17 5 24', '24_05_17', '240517'],
    ];
    const { texts, result } = await textsOf(
      days,
      { patient: 'X X X X', recording: 'Startdate X X X X' },
      options,
    );
    expect(texts).toEqual(days.map(() => 'X'));
    expect(result.proof().isClean).toBe(true);
  },
);

test('the day of a start whose time cannot be read goes too', async () => {
  const options = goodOptions('EDF+C', {
    startDateTime: '2024-05-17T22:00:00',
    annotationsBytesPerRecord: 60,
  });
  const recording = recordingBytes(options, [{ annotations: [{ onsetSeconds: 0, text: 'on 17 5 24' }] }]);
  const { bytes } = await deidentified(withField(recording, 'startTime', 'xx'));
  expect(Buffer.from(bytes).toString('latin1')).toContain('\x14on X\x14');
});

test('dates that are left stay in texts as words that nobody looks for', async () => {
  const options = { dates: { kind: 'shift', secret } } as const;
  const { texts } = await textsOf(
    ['17 5 24'],
    { patient: 'X X X X', recording: 'Startdate 17-MAY-2024 X X X dates_shifted' },
    options,
  );
  expect(texts).toEqual(['17 5 24']);
});

test('a patient called like a month is not found in the dates that de-identification writes', async () => {
  const patient = 'X M 02-AUG-1951 Jan_Smit';
  const { texts, result } = await textsOf(['Jan moved'], { patient }, { keepAge: true, texts: 'patterns' });
  expect(texts).toEqual(['X moved']);
  expect(result.proof().isClean).toBe(true);
});

test.each([
  'EDF annotations',
  'EDF Annotation',
  'EDF Annotations2',
  'EDF_Annotations',
  'edf anotations',
  'Annotations',
])(
  'annotations under the label "%s" count as samples, so they are refused instead of leaving unread',
  async (label) => {
    const telling = tellingRecording();
    const { header } = await openEdf(byteSourceFromBytes(telling));
    const bytes = withSignalField(telling, 'label', header.signals.length - 1, label);
    const refusal = { code: 'header-field-invalid', field: 'label', signal: 2, record: 0 };
    await expect(deidentified(bytes)).rejects.toMatchObject(refusal);
    await expect(deidentified(bytes)).rejects.toThrow('Write that label first');
  },
);

test('samples under such a label are samples', async () => {
  const bytes = withSignalField(goodRecording('EDF+C'), 'label', 0, 'Annotation ch');
  expect((await deidentified(bytes)).result.proof().isClean).toBe(true);
});

test('recordings that differ in annotations alone have names of their own, and always the same', async () => {
  const nameOf = async (text: string): Promise<string> => {
    const { bytes, result } = await deidentified(
      recordingBytes(goodOptions('EDF+C', { annotationsBytesPerRecord: 60 }), [
        { annotations: [{ onsetSeconds: 0, text }] },
      ]),
    );
    expect((await deidentified(bytes)).result.plan.fileName).toBe(result.plan.fileName);
    return result.plan.fileName;
  };
  expect(await nameOf('Central apnea')).not.toBe(await nameOf('Obstructive apnea'));
  expect(await nameOf('Central apnea')).toBe(await nameOf('Central apnea'));
  // What differs in names alone is the same once they are gone.
  expect(await nameOf('Harry')).toBe(await nameOf('Sally'));
});
