import type { Finding, FindingPlace } from '../finding.ts';
import { findingOf } from '../finding.ts';
import { fixedFields } from '../header-fields.ts';
import type { EdfHeader } from '../header.ts';
import { checksumSignalOf } from './checksum-scan.ts';

/** What files of a system are known for, and the finding it shows as. */
interface Deviation {
  readonly what: string;
  readonly finding?: string;
  isIn?(header: EdfHeader): boolean;
}

interface Profile {
  readonly system: string;
  readonly field: 'reserved' | 'localRecordingIdentification';
  readonly deviations: readonly Deviation[];
  isWrittenBy(header: EdfHeader): boolean;
}

const hasLabel = (header: EdfHeader, label: RegExp): boolean =>
  header.signals.some((signal) => label.test(signal.label));

const profiles: readonly Profile[] = [
  {
    system: 'ResMed',
    field: 'localRecordingIdentification',
    deviations: [
      { what: 'digital limits up to 65534', finding: 'EDF030' },
      { what: 'a checksum as last signal', isIn: (header) => checksumSignalOf(header) !== null },
      { what: '"EDF" in the reserved field', finding: 'EDF013' },
      { what: 'data records of 0 s', finding: 'EDF021' },
    ],
    isWrittenBy: (header) =>
      /\bSRN=\d/.test(header.localRecordingIdentification) || hasLabel(header, /^Crc16$/),
  },
  {
    system: 'Nihon Kohden',
    field: 'localRecordingIdentification',
    deviations: [
      { what: 'TALs that run together', finding: 'EDF058' },
      { what: 'contiguous files marked EDF+D', finding: 'EDF055' },
    ],
    isWrittenBy: (header) => /nihon.?kohden|\bEEG-1\d\d\d[A-Z]?\b/i.test(header.localRecordingIdentification),
  },
  {
    system: 'BioSemi',
    field: 'reserved',
    deviations: [
      {
        what: 'a Status signal of bits with physical limits',
        isIn: (header) => header.bytesPerSample === 3 && hasLabel(header, /^status$/i),
      },
      { what: '"BIOSEMI" in the reserved field of EDF files', finding: 'EDF013' },
    ],
    isWrittenBy: (header) =>
      header.reserved === 'BIOSEMI' ||
      (header.variant === 'BDF' && header.signals.at(-1)?.label === 'Status'),
  },
  {
    system: 'Persyst',
    field: 'localRecordingIdentification',
    deviations: [{ what: 'annotations longer than a data record, cut', finding: 'EDF059' }],
    isWrittenBy: (header) => /persyst/i.test(header.localRecordingIdentification),
  },
  {
    system: 'Polyman',
    field: 'localRecordingIdentification',
    deviations: [{ what: 'data records that are not in order', finding: 'EDF056' }],
    isWrittenBy: (header) => /polyman/i.test(header.localRecordingIdentification),
  },
  {
    system: 'OpenBCI',
    field: 'localRecordingIdentification',
    deviations: [{ what: 'digital limits of 24 bits in files of 16', finding: 'EDF030' }],
    isWrittenBy: (header) => /openbci/i.test(header.localRecordingIdentification),
  },
];

/**
 * Names the system that wrote the file, where it is known for deviations (EDF070), and which of them the file has.
 *
 * @param found ids of all other findings of the file
 */
export function checkVendorProfile(header: EdfHeader, found: { has(id: string): boolean }): Finding[] {
  const profile = profiles.find((candidate) => candidate.isWrittenBy(header));
  if (profile === undefined) return [];
  const { offset, length } = fixedFields[profile.field];
  const place: FindingPlace = { field: profile.field, offset: offset + header.headerShift, length };
  const isHere = ({ finding, isIn }: Deviation): boolean =>
    (finding !== undefined && found.has(finding)) || isIn?.(header) === true;
  const known = profile.deviations.map(({ what }) => what).join(', ');
  const here = profile.deviations.filter(isHere).map(({ what }) => what);
  const also = here.length === 0 ? '' : ` Found here: ${here.join(', ')}.`;
  const message = `The file was written by a system of ${profile.system}; known of such files: ${known}.${also}`;
  return [findingOf('EDF070', message, place)];
}
