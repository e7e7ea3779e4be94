/** How much a finding matters: `fatal` = nothing can be read, `error` = the file breaks the standard. */
export type FindingSeverity = 'fatal' | 'error' | 'warning' | 'info';

/** One check: its stable id and name, its usual severity, what it is about, and the clause it comes from. */
export interface FindingKind {
  readonly id: string;
  readonly name: string;
  readonly severity: FindingSeverity;
  readonly title: string;
  readonly clause: string;
}

type Row = readonly [id: string, severity: FindingSeverity, name: string, title: string, clause: string];

// Clauses: "EDF" = the 1992 paper, "EDF+ x.y" = Kemp & Olivan 2003, "BDF" = BioSemi, "BDF+" = teuniz.net.
const rows: readonly Row[] = [
  ['EDF001', 'fatal', 'file-shorter-than-fixed-header', 'The file has fewer than 256 bytes', 'EDF'],
  ['EDF002', 'fatal', 'version-not-edf', 'The file does not begin like an EDF or BDF file', 'EDF'],
  ['EDF003', 'error', 'header-shifted', 'The header is shifted by some bytes', 'EDF'],
  ['EDF004', 'warning', 'header-byte-not-ascii', 'A header field holds bytes outside ASCII', 'EDF+ 2.1.3.1'],
  ['EDF005', 'error', 'header-control-byte', 'A header field holds control bytes', 'EDF+ 2.1.3.1'],
  ['EDF006', 'warning', 'header-field-not-left-justified', 'A header field is not left-justified', 'EDF'],
  ['EDF007', 'error', 'start-date-form', 'The start date is not written dd.mm.yy', 'EDF+ 2.1.3.2'],
  ['EDF008', 'error', 'start-date-impossible', 'The start date is not a calendar date', 'EDF+ 2.1.3.2'],
  [
    'EDF009',
    'warning',
    'start-date-century',
    'Two-digit year contradicts the recording identification',
    'EDF+ 2.1.3.2',
  ],
  ['EDF010', 'warning', 'start-date-year-yy', 'The year is "yy" without a date after 2084', 'EDF+ 2.1.3.2'],
  ['EDF011', 'error', 'start-time-invalid', 'The start time is not a time written hh.mm.ss', 'EDF+ 2.1.3.2'],
  ['EDF012', 'error', 'header-byte-length-wrong', 'The header-bytes field disagrees with the signals', 'EDF'],
  [
    'EDF013',
    'warning',
    'reserved-field-unknown',
    'The reserved field holds text the standard does not know',
    'EDF+ 2.1.1',
  ],
  [
    'EDF014',
    'error',
    'format-marker-of-other-format',
    'An EDF file carries a BDF+ marker, or the reverse',
    'BDF+',
  ],
  [
    'EDF015',
    'error',
    'data-record-count-unusable',
    'The number of data records is -1 or unreadable',
    'EDF+ 2.1.3.10',
  ],
  ['EDF016', 'warning', 'no-data-records', 'The header declares no data records', 'EDF'],
  ['EDF017', 'error', 'file-shorter-than-header', 'The file is shorter than its header promises', 'EDF'],
  ['EDF018', 'warning', 'last-data-record-partial', 'The last data record is cut', 'EDF'],
  ['EDF019', 'warning', 'bytes-after-last-data-record', 'Bytes follow the last data record', 'EDF'],
  ['EDF020', 'error', 'data-record-duration-unusable', 'The duration of a data record is unreadable', 'EDF'],
  [
    'EDF021',
    'error',
    'data-record-duration-zero',
    'Duration 0 in a file with ordinary signals',
    'EDF+ 2.1.2',
  ],
  ['EDF022', 'info', 'data-record-duration-fractional', 'Data records do not last whole seconds', 'EDF'],
  ['EDF023', 'fatal', 'signal-count-invalid', 'The number of signals is not 1 to 9999', 'EDF'],
  ['EDF024', 'fatal', 'signal-headers-truncated', 'The file ends inside the signal headers', 'EDF'],
  ['EDF025', 'info', 'data-record-large', 'A data record is larger than 61440 bytes', 'EDF'],
  ['EDF026', 'error', 'number-with-comma', 'A number uses a comma', 'EDF+ 2.1.3.6'],
  ['EDF027', 'warning', 'number-malformed', 'A number is blank, in exponent form or unreadable', 'EDF'],
  ['EDF028', 'error', 'digital-limit-not-integer', 'A digital limit is not an integer', 'EDF'],
  [
    'EDF029',
    'error',
    'digital-limits-not-increasing',
    'Digital maximum is not above digital minimum',
    'EDF+ 2.1.3.5',
  ],
  ['EDF030', 'error', 'digital-limit-outside-sample-range', 'A digital limit does not fit a sample', 'EDF'],
  ['EDF031', 'error', 'physical-limits-equal', 'Physical maximum equals physical minimum', 'EDF+ 2.1.3.5'],
  ['EDF032', 'info', 'gain-negative', 'Physical maximum is below physical minimum', 'EDF+ 2.1.3.5'],
  ['EDF033', 'warning', 'physical-dimension-blank', 'A signal has no physical dimension', 'EDF+ 2.1.3.5'],
  ['EDF034', 'fatal', 'samples-per-data-record-invalid', 'Samples per data record cannot be read', 'EDF'],
  ['EDF035', 'warning', 'signal-without-samples', 'A signal has 0 samples per data record', 'EDF'],
  ['EDF036', 'warning', 'label-duplicate', 'Two signals have the same label', 'EDF'],
  ['EDF037', 'warning', 'label-blank', 'A signal has no label', 'EDF'],
  ['EDF038', 'info', 'label-not-standard', 'A label is not "type sensor"', 'EDF+ 2.1.3.9'],
  [
    'EDF039',
    'warning',
    'physical-dimension-unknown',
    'A physical dimension is not a standard unit',
    'EDF+ texts',
  ],
  ['EDF040', 'info', 'prefiltering-not-standard', 'Prefiltering is not written HP: LP: N:', 'EDF+ 2.1.3.11'],
  [
    'EDF041',
    'info',
    'prefiltering-impossible',
    'Prefiltering contradicts itself or the sampling rate',
    'EDF+ 2.1.3.11',
  ],
  ['EDF042', 'info', 'transducer-type-blank', 'A signal has no transducer type', 'EDF+ 2.1.3.12'],
  ['EDF043', 'warning', 'signal-reserved-not-blank', 'The reserved field of a signal is not blank', 'EDF'],
  ['EDF044', 'error', 'log-float-not-decoded', 'A log-transformed signal is given as stored', 'EDF floats'],
  ['EDF045', 'error', 'annotations-signal-missing', 'An EDF+ file has no annotations signal', 'EDF+ 2.2.1'],
  [
    'EDF046',
    'warning',
    'annotations-signal-without-marker',
    'Annotations signal without EDF+ marker',
    'EDF+ 2.2.1',
  ],
  [
    'EDF047',
    'warning',
    'annotations-signal-header',
    'Header of an annotations signal is unusual',
    'EDF+ 2.2.1',
  ],
  [
    'EDF048',
    'error',
    'patient-identification-form',
    'Patient identification lacks EDF+ subfields',
    'EDF+ 2.1.3.3',
  ],
  [
    'EDF049',
    'error',
    'recording-identification-form',
    'Recording identification lacks EDF+ subfields',
    'EDF+ 2.1.3.4',
  ],
  [
    'EDF050',
    'warning',
    'start-dates-disagree',
    'Start dates of header and recording identification differ',
    'EDF+ 2.1.3.4',
  ],
  [
    'EDF051',
    'warning',
    'birthdate-implausible',
    'The birthdate is impossible or implausible',
    'EDF+ 2.1.3.3',
  ],
  [
    'EDF052',
    'error',
    'time-keeping-tal-missing',
    'A data record does not begin with a time-keeping TAL',
    'EDF+ 2.2.4',
  ],
  [
    'EDF053',
    'error',
    'first-onset-outside-first-second',
    'Data record 0 starts outside the first second',
    'EDF+ 2.2.4',
  ],
  ['EDF054', 'error', 'continuous-file-has-gaps', 'A file marked continuous has gaps', 'EDF+ 2.2.4'],
  [
    'EDF055',
    'warning',
    'discontinuous-file-without-gaps',
    'A file marked discontinuous has no gap',
    'EDF+ 2.1.1',
  ],
  ['EDF056', 'error', 'data-records-overlap', 'Data records overlap in time or run backwards', 'EDF+ 2.2.4'],
  ['EDF057', 'error', 'tal-malformed', 'A TAL breaks its grammar', 'EDF+ 2.2.2'],
  ['EDF058', 'error', 'tals-run-together', 'TALs are not separated by a zero byte', 'EDF+ 2.2.2'],
  ['EDF059', 'warning', 'tal-block-padding', 'A TAL is cut, or bytes follow the padding', 'EDF+ 2.2.2'],
  [
    'EDF060',
    'warning',
    'annotation-text-encoding',
    'An annotation is not UTF-8 or holds control characters',
    'EDF+ 2.2.3',
  ],
  [
    'EDF061',
    'info',
    'annotation-outside-recording',
    'An annotation lies outside the recording',
    'EDF+ 2.2.2',
  ],
  ['EDF062', 'info', 'annotation-repeated', 'The same annotation is stored more than once', 'EDF+ 2.2.2'],
  [
    'EDF063',
    'warning',
    'annotation-fills-block',
    'Annotations fill their block to the last byte',
    'EDF+ 2.2.2',
  ],
  [
    'EDF064',
    'error',
    'samples-outside-digital-range',
    'Samples lie outside the declared digital range',
    'EDF',
  ],
  ['EDF065', 'warning', 'signal-saturated-or-flat', 'A signal is saturated, flat or uses few levels', 'EDF'],
  [
    'EDF066',
    'warning',
    'physical-values-implausible',
    'Physical values are implausible for the kind of signal',
    'EDF+ 2.1.3.5',
  ],
  ['EDF067', 'warning', 'status-signal', 'The BDF Status signal reports trouble or is misplaced', 'BDF'],
  ['EDF068', 'warning', 'file-name-extension', 'The file name ends otherwise than its content', 'BDF+'],
  ['EDF069', 'info', 'identifying-content', 'The file holds what may identify a person', 'EDF+ 2.1.3.3'],
  ['EDF070', 'info', 'vendor-profile', 'The file was written by a system with known deviations', 'EDF'],
];

/**
 * Every finding this library can give, in the order of ids; ids and names never change their meaning.
 * EDF001 to EDF063 show in the header and the annotations; EDF064 to EDF070 need samples, texts or the file name and
 * are given by `checkEdf` (EDF064 and EDF065 by the analysis library too). docs/findings has a page for each.
 */
export const findingCatalogue: readonly FindingKind[] = rows.map(([id, severity, name, title, clause]) => ({
  id,
  name,
  severity,
  title,
  clause,
}));
