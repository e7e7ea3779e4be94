import type { Finding, FindingPlace } from '../finding.ts';
import { findingOf } from '../finding.ts';
import { fixedFields } from '../header-fields.ts';
import type { EdfHeader } from '../header.ts';

interface Profile {
  readonly system: string;
  readonly field: 'reserved' | 'localRecordingIdentification';
  readonly deviations: string;
  isWrittenBy(header: EdfHeader): boolean;
}

const hasLabel = (header: EdfHeader, label: RegExp): boolean =>
  header.signals.some((signal) => label.test(signal.label));

const profiles: readonly Profile[] = [
  {
    system: 'ResMed',
    field: 'localRecordingIdentification',
    deviations: 'digital limits up to 65534, a checksum as last signal, "EDF" in the reserved field',
    isWrittenBy: (header) =>
      /\bSRN=\d/.test(header.localRecordingIdentification) || hasLabel(header, /^Crc16$/),
  },
  {
    system: 'Nihon Kohden',
    field: 'localRecordingIdentification',
    deviations: 'TALs that run together, contiguous files marked EDF+D',
    isWrittenBy: (header) => /nihon.?kohden|\bEEG-1\d\d\d[A-Z]?\b/i.test(header.localRecordingIdentification),
  },
  {
    system: 'BioSemi',
    field: 'reserved',
    deviations: 'a Status signal of bits with physical limits, "BIOSEMI" in the reserved field of EDF files',
    isWrittenBy: (header) =>
      header.reserved === 'BIOSEMI' ||
      (header.variant === 'BDF' && header.signals.at(-1)?.label === 'Status'),
  },
  {
    system: 'Persyst',
    field: 'localRecordingIdentification',
    deviations: 'annotations longer than a data record, cut',
    isWrittenBy: (header) => /persyst/i.test(header.localRecordingIdentification),
  },
  {
    system: 'Polyman',
    field: 'localRecordingIdentification',
    deviations: 'data records that are not in order',
    isWrittenBy: (header) => /polyman/i.test(header.localRecordingIdentification),
  },
  {
    system: 'OpenBCI',
    field: 'localRecordingIdentification',
    deviations: 'digital limits of 24 bits in files of 16',
    isWrittenBy: (header) => /openbci/i.test(header.localRecordingIdentification),
  },
];

/** Names the system that wrote the file, where it is known for deviations (EDF070). */
export function checkVendorProfile(header: EdfHeader): Finding[] {
  const profile = profiles.find((candidate) => candidate.isWrittenBy(header));
  if (profile === undefined) return [];
  const { offset, length } = fixedFields[profile.field];
  const place: FindingPlace = { field: profile.field, offset: offset + header.headerShift, length };
  const message = `The file was written by a system of ${profile.system}; known of such files: ${profile.deviations}.`;
  return [findingOf('EDF070', message, place)];
}
