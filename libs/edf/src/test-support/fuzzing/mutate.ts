import { checkHeader } from '../../header.ts';
import { fixedFields, signalFieldOffset, signalFields } from '../../header-fields.ts';
import { concatenated, latin1 } from '../recordings.ts';
import type { RandomSource } from './random-source.ts';
import { randomTals, spoilTals } from './mutate-tals.ts';

/** Inputs beyond this size are cut: the limits are for 64 KB. */
export const largestInput = 65_536;

// Of signals whose fields are filled at once.
const mostSignals = 64;

type Mutation = (bytes: Uint8Array, other: Uint8Array, random: RandomSource) => Uint8Array;

// Values that fields of EDF files hold, ought not to hold, or hold for the first time here.
const numbers = [
  ...['', '-1', '0', '1', '2', '3', '255', '256', '512', '1024', '9999', '65535', '32767', '-32768'],
  ...['8388607', '-8388608', '99999999', '-9999999', '1e5', '1E-300', '1e308', '.5', '5.', '+7', '0.024'],
  ...['3,5', '3,276', 'NaN', 'Infinity', '0x10', '--1', '1 2', '2147483', '-0', '0.000001', '1.0284'],
];
const texts = [
  ...[
    'EDF+C',
    'EDF+D',
    'BDF+C',
    'BDF+D',
    '24BIT',
    'EDF Annotations',
    'BDF Annotations',
    'Status',
    'EEG Fpz-Cz',
  ],
  ...[
    'Filtered',
    'uV',
    'mV',
    'Boolean',
    '\xb5V',
    'HP:0.1Hz LP:75Hz N:50Hz',
    'sign*LN[sign*(value mV)/0.001]/0.001',
  ],
  ...['X X X X', 'P-1 F 02-AUG-1951 A_Name', 'Startdate 22-NOV-2026 X X X', 'Startdate X X X X', 'M\xfcller'],
  ...['01.01.85', '31.12.84', '29.02.23', '22.11.yy', '23.59.59', '24.00.00', '1:2:3', '00/00/00', '\0\0\0'],
];

// What the patterns of this library repeat.
const tokens = {
  label: ['EEG ', 'X ', 'N1 ', '1 ', ' '],
  transducerType: ['X ', 'x_', '1-', '1 ', 'N1 '],
  physicalDimension: ['m/', '1', '.', '(', 'uV*'],
  prefiltering: ['N:1 ', 'HP:1Hz ', 'LP:1,', 'DC ', 'sign*('],
  fixed: ['X ', 'x_', '1', '1 ', '1,', '1-', 'N1 ', '.', ' '],
  tals: ['+1\x14', '+1\x14A\x14', '+1\x15', '\x14', '+0\x14\x14\0', '1 ', '1'],
} as const;

const flipBit: Mutation = (bytes, _other, random) => {
  bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  return bytes;
};

const setByte: Mutation = (bytes, _other, random) => {
  const values = [0, 0x14, 0x15, 0x20, 0x2b, 0x2d, 0x30, 0x39, 0x7f, 0x80, 0xff, random.below(256)];
  bytes[random.below(bytes.length)] = random.pick(values);
  return bytes;
};

const setField: Mutation = (bytes, _other, random) => {
  const { offset, length } = fieldPlace(bytes, random);
  if (offset >= bytes.length) return bytes;
  const old = Number(String.fromCharCode(...bytes.subarray(offset, offset + length)));
  const near = Number.isFinite(old) ? String(old + random.below(5) - 2) : '1';
  const value = random.pick([random.pick(numbers), random.pick(texts), near]);
  const padded = random.oneIn(4) ? value.padStart(length) : value.padEnd(length);
  bytes.set(latin1(padded).subarray(0, Math.min(length, bytes.length - offset)), offset);
  return bytes;
};

const copyField: Mutation = (bytes, other, random) => {
  const { offset, length } = fieldPlace(bytes, random);
  const piece = other.subarray(offset, offset + length);
  if (offset + piece.length <= bytes.length) bytes.set(piece, offset);
  return bytes;
};

const overwrite: Mutation = (bytes, other, random) => {
  const piece = pieceOf(other, random);
  const at = random.below(bytes.length);
  bytes.set(piece.subarray(0, bytes.length - at), at);
  return bytes;
};

const insert: Mutation = (bytes, other, random) => {
  const at = random.below(bytes.length + 1);
  return concatenated([bytes.subarray(0, at), pieceOf(other, random), bytes.subarray(at)]);
};

const remove: Mutation = (bytes, _other, random) => {
  const at = random.below(bytes.length);
  const length = 1 + random.below(random.oneIn(2) ? 4 : 300);
  return concatenated([bytes.subarray(0, at), bytes.subarray(at + length)]);
};

const cutEnd: Mutation = (bytes, _other, random) => bytes.slice(0, 1 + random.below(bytes.length));

const joinHalves: Mutation = (bytes, other, random) => {
  const at = random.below(Math.min(bytes.length, other.length) + 1);
  return concatenated([bytes.subarray(0, at), other.subarray(at)]);
};

/**
 * Patterns with two ways through a text need the same token again and again, and an end that does not fit; in all
 * signals, each with an end of its own, because what was judged once is remembered.
 */
const repeatToken: Mutation = (bytes, other, random) => {
  const { kind, spaces } = spacesToFill(bytes, random);
  const start = random.below(other.length);
  const found = other.slice(start, start + 1 + random.below(8));
  const token = random.oneIn(3) ? found : latin1(random.pick<string>(tokens[kind]));
  const isSpoilt = !random.oneIn(4);
  for (const space of spaces) {
    for (let at = 0; at < space.length; at++) space[at] = token[at % token.length]!;
    if (isSpoilt) space[space.length - 1] = 0x21 + random.below(94);
  }
  return bytes;
};

const changeTals: Mutation = (bytes, _other, random) => {
  const block = annotationsBlock(bytes, random);
  if (block === null) return bytes;
  if (random.oneIn(2)) spoilTals(block, random);
  else block.fill(0).set(randomTals(block.length, random));
  return bytes;
};

// Weights: structure first, since random bits rarely pass the header.
const mutations: readonly Mutation[] = [
  ...[setField, setField, setField, setField, copyField, changeTals, changeTals, changeTals],
  ...[repeatToken, repeatToken, flipBit, setByte, setByte, overwrite, insert, remove, cutEnd, joinHalves],
];

/**
 * An input made of another one by one to six changes.
 *
 * @param other is spliced into it here and there
 * @returns at most {@link largestInput} bytes, at least one, of its own
 */
export function mutate(input: Uint8Array, other: Uint8Array, random: RandomSource): Uint8Array {
  let bytes = input.slice();
  const changes = 1 + random.below(random.oneIn(3) ? 6 : 2);
  for (let i = 0; i < changes; i++) {
    bytes = random.pick(mutations)(bytes, other, random).slice(0, largestInput);
    if (bytes.length === 0) bytes = new Uint8Array(1);
  }
  return bytes;
}

function fieldPlace(bytes: Uint8Array, random: RandomSource): { offset: number; length: number } {
  const signalCount = Number(String.fromCharCode(...bytes.subarray(252, 256)));
  if (!(signalCount > 0) || random.oneIn(3)) return random.pick(Object.values(fixedFields));
  const field = random.pick(Object.values(signalFields));
  const offset = signalFieldOffset(field.name, random.below(signalCount), signalCount);
  return { offset, length: field.length };
}

/** Views of one field of the fixed header, of one field of all signals, or of a block of TALs. */
function spacesToFill(
  bytes: Uint8Array,
  random: RandomSource,
): { kind: keyof typeof tokens; spaces: Uint8Array[] } {
  const view = (offset: number, length: number): Uint8Array =>
    bytes.subarray(Math.min(bytes.length, offset), offset + length);
  const block = random.oneIn(4) ? annotationsBlock(bytes, random) : null;
  if (block !== null) return { kind: 'tals', spaces: [block] };
  if (random.oneIn(4)) {
    const { offset, length } = random.pick(Object.values(fixedFields));
    return { kind: 'fixed', spaces: [view(offset, length)] };
  }
  const kind = random.pick(['label', 'transducerType', 'physicalDimension', 'prefiltering'] as const);
  const signalCount = Number(String.fromCharCode(...bytes.subarray(252, 256)));
  const spaces = Array.from({ length: Math.min(mostSignals, signalCount || 0) }, (_, signal) =>
    view(signalFieldOffset(kind, signal, signalCount), signalFields[kind].length),
  );
  return { kind, spaces };
}

function pieceOf(bytes: Uint8Array, random: RandomSource): Uint8Array {
  const start = random.below(bytes.length);
  return bytes.subarray(start, start + 1 + random.below(random.oneIn(3) ? 2000 : 40));
}

/** A view of one annotations signal in one data record; null where there is none. */
function annotationsBlock(bytes: Uint8Array, random: RandomSource): Uint8Array | null {
  const { header } = checkHeader(bytes, bytes.length);
  const signals = header?.signals.filter(({ isAnnotations }) => isAnnotations) ?? [];
  if (header === null || signals.length === 0) return null;
  const { byteOffsetInDataRecord, samplesPerDataRecord } = random.pick(signals);
  const held = Math.floor((bytes.length - header.headerByteLength) / header.dataRecordByteLength);
  if (held < 1) return null;
  const start =
    header.headerByteLength + random.below(held) * header.dataRecordByteLength + byteOffsetInDataRecord;
  return bytes.subarray(start, start + samplesPerDataRecord * header.bytesPerSample);
}
