/** Fields as findings and errors name them, and as the people say who read them. */
const wordsByField: Readonly<Record<string, string>> = {
  localPatientIdentification: 'patient identification',
  localRecordingIdentification: 'recording identification',
  startDate: 'start date',
  startTime: 'start time',
  startDateTime: 'start date and time',
  headerByteLength: 'number of bytes in the header',
  dataRecordCount: 'number of data records',
  dataRecordDuration: 'duration of a data record',
  dataRecordDurationSeconds: 'duration of a data record',
  signalCount: 'number of signals',
  transducerType: 'transducer type',
  physicalDimension: 'physical dimension',
  physicalMin: 'physical minimum',
  physicalMax: 'physical maximum',
  digitalMin: 'digital minimum',
  digitalMax: 'digital maximum',
  samplesPerDataRecord: 'number of samples in a data record',
  byteLength: 'number of bytes',
  fileName: 'file name',
};

const fieldNames = new RegExp(String.raw`\b(?:${Object.keys(wordsByField).join('|')})\b`, 'g');

/** The name of a header field for people: `physical maximum`; one that needs no other words as it is. */
export function fieldWords(field: string): string {
  return wordsByField[field] ?? field;
}

/** A sentence of a finding, an error or a problem with the fields it names in words. For display only. */
export function plainSentence(sentence: string): string {
  return sentence.replace(fieldNames, fieldWords);
}
