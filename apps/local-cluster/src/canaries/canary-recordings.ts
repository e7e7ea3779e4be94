import type { WriteOptions } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';
import { damagedFields, deleted, inRecording } from './chosen-canaries.ts';

const SAMPLES = 100;
const RESERVED_OF_HEADER = 192;
/** Of one signal, without its reserved field: label, transducer, dimension, four limits, prefiltering, samples. */
const SIGNAL_BYTES_BEFORE_RESERVED = 16 + 80 + 8 + 4 * 8 + 80 + 8;

const plus: WriteOptions = {
  variant: 'EDF+C',
  startDateTime: '2024-05-17T22:31:05',
  dataRecordDurationSeconds: 1,
  localPatientIdentification: [
    inRecording.patientCode.text,
    'F',
    inRecording.birthdate.text,
    inRecording.patientName.text,
  ].join(' '),
  localRecordingIdentification: [
    'Startdate 17-MAY-2024',
    inRecording.admission.text,
    inRecording.technician.text,
    inRecording.equipment.text,
  ].join(' '),
  signals: [
    {
      label: inRecording.label.text,
      transducerType: inRecording.transducer.text,
      prefiltering: inRecording.prefilter.text,
      physicalDimension: inRecording.dimension.text,
      physicalMin: -500,
      physicalMax: 500,
      samplesPerDataRecord: SAMPLES,
    },
  ],
  dataRecordCount: 20,
};

const plain: WriteOptions = {
  variant: 'EDF',
  startDateTime: plus.startDateTime,
  dataRecordDurationSeconds: 1,
  localPatientIdentification: inRecording.freePatient.text,
  localRecordingIdentification: inRecording.freeRecording.text,
  signals: [{ ...plus.signals[0]!, label: 'EEG C3-M2' }],
  dataRecordCount: 20,
};

/** A night whose every text holds a canary, also where a reader never looks. */
export function nightRecording(): Buffer {
  const header = Buffer.from(encodeHeader(plus));
  header.write(`EDF+C ${inRecording.headerReserved.text}`.padEnd(44), RESERVED_OF_HEADER, 'latin1');
  const signalCount = plus.signals.length + 1;
  const reservedOfSignals = 256 + signalCount * SIGNAL_BYTES_BEFORE_RESERVED;
  header.write(inRecording.signalReserved.text.padEnd(32), reservedOfSignals, 'latin1');
  const annotations = [{ onsetSeconds: 3, text: inRecording.annotation.text }];
  return Buffer.concat([
    header,
    ...records(plus, annotations),
    Buffer.from(inRecording.tail.text.padEnd(64), 'latin1'),
  ]);
}

/** A plain EDF, whose fields are free text. */
export const plainRecording = () => Buffer.concat([encodeHeader(plain), ...records(plain)]);

/** The recording that will be deleted. */
export function deletedRecording(): Buffer {
  const options: WriteOptions = { ...plain, localPatientIdentification: deleted.text };
  return Buffer.concat([encodeHeader(options), ...records(options)]);
}

/** One recording for each damaged field. */
export function damagedRecordings(): Buffer[] {
  return damagedFields.map(({ offset, canary }) => {
    const bytes = plainRecording();
    bytes.write(canary.text.padEnd(8), offset, 'latin1');
    return bytes;
  });
}

/** No recording in any way. */
export const noRecording = () => Buffer.from(`${inRecording.garbage.text} `.repeat(200));

/** A neighbour's, without any canary. */
export function neighbourRecording(): Buffer {
  const options: WriteOptions = {
    ...plain,
    localPatientIdentification: 'somebody else',
    localRecordingIdentification: '',
    signals: [{ ...plain.signals[0]!, transducerType: '', prefiltering: '', physicalDimension: 'uV' }],
  };
  return Buffer.concat([encodeHeader(options), ...records(options)]);
}

const HEAP_FILLING = { records: 2_000, perRecord: 200 };

/** Little to read, too much to remember for a worker with 64 MB. */
export function annotationsBeyondMemory(): Buffer {
  const text = inRecording.annotationOfMany.text;
  const options: WriteOptions = {
    ...plus,
    dataRecordCount: HEAP_FILLING.records,
    annotationsBytesPerRecord: HEAP_FILLING.perRecord * 48,
  };
  const many = Array.from({ length: HEAP_FILLING.records }, (_, record) =>
    encodeDataRecord(options, record, {
      samples: [new Int16Array(SAMPLES)],
      annotations: Array.from({ length: HEAP_FILLING.perRecord }, (_each, index) => ({
        onsetSeconds: record + index / HEAP_FILLING.perRecord,
        text: `${text} ${record * HEAP_FILLING.perRecord + index}`,
      })),
    }),
  );
  return Buffer.concat([encodeHeader(options), ...many]);
}

/** The first data record's samples spell a text. */
function records(
  options: WriteOptions,
  annotations?: { onsetSeconds: number; text: string }[],
): Uint8Array[] {
  const spelled = Buffer.from(inRecording.samples.text.padEnd(SAMPLES * 2), 'latin1');
  return Array.from({ length: options.dataRecordCount }, (_, record) => {
    const samples = Int16Array.from({ length: SAMPLES }, (_each, at) =>
      record === 0 && annotations ? spelled.readInt16LE(at * 2) : ((at * 37 + record * 11) % 400) - 200,
    );
    return encodeDataRecord(options, record, {
      samples: [samples],
      ...(record === 3 && annotations && { annotations }),
    });
  });
}
