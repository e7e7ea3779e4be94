import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import { fixedFields } from './header-fields.ts';
import type { EdfHeader } from './header.ts';

/**
 * How many complete data records can be read: those the file holds, and no more than the header declares where it
 * declares a number (0 or more). Pure arithmetic: a header that promises a terabyte allocates nothing.
 *
 * @param byteLength size of the whole file in bytes
 */
export function dataRecordCountIn(header: EdfHeader, byteLength: number): number {
  const held = Math.max(0, Math.floor((byteLength - header.headerByteLength) / header.dataRecordByteLength));
  const declared = header.declaredDataRecordCount;
  return declared === null || declared < 0 ? held : Math.min(declared, held);
}

/** Compares the size of the file with what the header promises (EDF017, EDF018, EDF019). */
export function checkFileSize(header: EdfHeader, byteLength: number): Finding[] {
  const findings: Finding[] = [];
  const { headerByteLength, dataRecordByteLength, declaredDataRecordCount: declared } = header;
  const held = Math.max(0, Math.floor((byteLength - headerByteLength) / dataRecordByteLength));
  const isDeclared = declared !== null && declared >= 0;
  const expected = headerByteLength + (isDeclared ? declared : held) * dataRecordByteLength;
  const record = isDeclared ? Math.min(held, declared) : held;
  const end = headerByteLength + record * dataRecordByteLength;
  const place = { offset: end, record };
  if (byteLength < expected) {
    const message = `The file holds ${record} complete data records of ${declared}; ${expected - byteLength} bytes are missing.`;
    const assumed = `${record} data records`;
    findings.push(
      findingOf('EDF017', message, { ...place, field: fixedFields.dataRecordCount.name, assumed }),
    );
  }
  const rest = byteLength - end;
  if (rest > 0 && (byteLength < expected || !isDeclared)) {
    const message = `The last data record has ${rest} of ${dataRecordByteLength} bytes.`;
    findings.push(findingOf('EDF018', message, { ...place, length: rest, assumed: 'the part is left out' }));
  } else if (rest > 0) {
    const extra = Math.floor(rest / dataRecordByteLength);
    const message = `${rest} bytes follow the last declared data record, ${extra} complete data records among them.`;
    findings.push(findingOf('EDF019', message, { offset: end, length: rest, assumed: 'they are left out' }));
  }
  return findings;
}
