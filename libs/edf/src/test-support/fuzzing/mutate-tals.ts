import { concatenated, latin1 } from '../recordings.ts';
import type { RandomSource } from './random-source.ts';

const marks = ['\x14', '\x14', '\x14\0', '\x14\x14\0', '\x14\x14', '\0', '\0\0', '\x15', '+', '-', '.'];
const stamps = [
  ...[
    '+0',
    '+1',
    '+2',
    '+1.5',
    '-0.5',
    '+0.394531',
    '+100',
    '1',
    '+',
    '-',
    '+1.',
    '+.5',
    '+1e3',
    '+999999999999',
  ],
  ...['+0.0000000001', '+9223372036.854775807', '+92233720368547758079', '+1\x152', '+1.5\x150.25', '+1\x15'],
  ...['+1\x15-2', '+2\x15+3', '+1\x152\x153', '-86400'],
];
const texts = [
  ...[
    'Lights off',
    'Sleep stage W',
    'A_Name',
    'tel. 0301234567',
    '02-AUG-1951',
    'P-1',
    '+1.5',
    '\x01',
    '\t',
    '\r\n',
  ],
  ...[
    'M\xfcde',
    'M\xc3\xbcde',
    '\xe7\x9d\xa1',
    '\x83\x41\x83\x8b',
    '\xff\xfe',
    '\xf0\x9f\x98\xb4',
    '\xed\xa0\x80',
    '',
  ],
];

/** Time-stamped annotation lists, more wrong than right, that fill `length` bytes at most. */
export function randomTals(length: number, random: RandomSource): Uint8Array {
  const parts = random.oneIn(4) ? [] : [latin1(`+${random.below(4)}\x14\x14\0`)];
  let filled = parts.reduce((sum, part) => sum + part.length, 0);
  while (filled < length && !random.oneIn(9)) {
    const isWhole = random.oneIn(2);
    const part = latin1(
      isWhole
        ? `${random.pick(stamps)}\x14${random.pick(texts)}\x14\0`
        : random.pick([random.pick(stamps), random.pick(texts), random.pick(marks)]),
    );
    parts.push(part);
    filled += part.length;
  }
  return concatenated(parts).subarray(0, length);
}

/** Replaces a few bytes of TALs by marks, signs, digits and pieces of texts, in place. */
export function spoilTals(block: Uint8Array, random: RandomSource): void {
  for (let i = random.below(4); i >= 0; i--) {
    const piece = latin1(random.pick([random.pick(marks), random.pick(stamps), random.pick(texts)]));
    const at = random.below(block.length);
    block.set(piece.subarray(0, block.length - at), at);
  }
}
