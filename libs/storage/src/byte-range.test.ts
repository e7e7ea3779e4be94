import { parseRangeHeader } from './byte-range.ts';

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=2-', { start: 2, end: 10 }],
  ['bytes=2-100', { start: 2, end: 10 }],
  ['bytes=9-9', { start: 9, end: 10 }],
])('%s of ten bytes is %j', (header, range) => {
  expect(parseRangeHeader(header, 10)).toEqual(range);
});

test.each([
  undefined,
  '',
  'bytes=',
  'bytes=-5',
  'bytes=5-4',
  'bytes=1-2,4-5',
  'items=0-1',
  'bytes=0x1-2',
  'bytes=1e1-',
])('%s is answered with the whole object', (header) => {
  expect(parseRangeHeader(header, 10)).toBeNull();
});

test.each([
  ['bytes=10-', 10],
  ['bytes=0-0', 0],
  ['bytes=999999999999999-', 10],
])('%s of %d bytes cannot be satisfied', (header, byteLength) => {
  expect(() => parseRangeHeader(header, byteLength)).toThrow(
    expect.objectContaining({ code: 'range-invalid' }),
  );
});
