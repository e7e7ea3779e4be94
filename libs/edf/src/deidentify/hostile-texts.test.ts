import { textRedaction } from './redact-text.ts';
import { isFilterText } from './filter-text.ts';
import { identifyingStringsOf } from './identifying-strings.ts';
import { parseHeader } from '../header.ts';
import { latin1, goodRecording } from '../test-support/recordings.ts';

const byteLength = 65_536;
const tokens = [
  ...[
    'N1 ',
    'a',
    '-',
    '1-',
    'a.',
    '@',
    '.@',
    '7',
    ' ',
    '_',
    '1 ',
    '12 34 ',
    '1.',
    '1:00',
    '(',
    '+(',
    'www.',
    'a@ ',
  ],
  ...[
    'mar ',
    '1 mar ',
    '3 de ',
    '1 . . . . . ',
    'Harry ',
    'Harry_',
    'A ',
    'A.',
    '17 ',
    '17.05.',
    '\u00e4',
    '\u0301',
    'X',
  ],
];
const header = parseHeader(
  goodRecording('EDF+C', {
    localPatientIdentification: '__12-34 F 02-MAR-1951 A_B_Harry_A_Haagse_A',
    startDateTime: '2024-05-17T22:00:00',
  }),
);

/** CPU time in milliseconds; the least of a few, since other work of the process is counted as well. */
function leastTimeOf(work: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

test.each(tokens)('64 KiB of "%s" are redacted in a time that grows with their length alone', (token) => {
  const text = token.repeat(Math.ceil(byteLength / token.length)).slice(0, byteLength);
  for (const texts of ['words', 'patterns'] as const) {
    const options = { texts, remove: ['_ _', '++'] };
    const redaction = textRedaction(identifyingStringsOf(header, options), options);
    expect(leastTimeOf(() => void redaction.freeText(text))).toBeLessThan(250);
    expect(leastTimeOf(() => void redaction.name(text))).toBeLessThan(250);
    expect(leastTimeOf(() => void redaction.identifies(latin1(text), 'text'))).toBeLessThan(250);
  }
});

test.each([
  ['HP:0.1Hz LP:75Hz N:50Hz', true],
  ['HP:DC, LP 35 Hz; NOTCH:OFF', true],
  ['N NONE', true],
  ['', false],
  ['HP:0.1Hz Smith', false],
  ['HPLC Smith', false],
  [`${'N1 '.repeat(26)}!`, false],
  [`${'N0 '.repeat(26)}!!`, false],
  ['N'.repeat(80), true],
])('"%s" says nothing but filters: %s, decided at once', (text, isFilter) => {
  expect(isFilterText(text)).toBe(isFilter);
  expect(leastTimeOf(() => void isFilterText(text))).toBeLessThan(50);
});
