import { fieldWords, plainSentence } from './plain-words.ts';

test.each([
  ['The physicalMax equals the physicalMin 3.', 'The physical maximum equals the physical minimum 3.'],
  [
    'The field dataRecordCount holds a control byte (0x01).',
    'The field number of data records holds a control byte (0x01).',
  ],
  ['The label of signal 3 is blank.', 'The label of signal 3 is blank.'],
  ['The digitalMaxima and xbyteLength are none.', 'The digitalMaxima and xbyteLength are none.'],
])('“%s” reads “%s”', (sentence, shown) => expect(plainSentence(sentence)).toBe(shown));

test('a field without other words keeps its name', () => {
  expect(fieldWords('label')).toBe('label');
  expect(fieldWords('samplesPerDataRecord')).toBe('number of samples in a data record');
});
