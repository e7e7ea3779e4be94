/** The repairs there are. */
export type RepairName =
  | 'version'
  | 'header-shift'
  | 'control-bytes'
  | 'ascii'
  | 'left-justify'
  | 'header-counts'
  | 'date-form'
  | 'start-date-from-recording-identification'
  | 'clip-start-date'
  | 'identification-form'
  | 'format-marker'
  | 'reserved-text'
  | 'numbers'
  | 'annotations-signal-header'
  | 'data-record-count'
  | 'truncated-tail'
  | 'trailing-bytes'
  | 'extra-data-records'
  | 'discontinuous-marker'
  | 'continuous-marker'
  | 'tals-run-together';

/** What a repair does, and whether it is made unless told otherwise. */
export interface RepairKind {
  readonly name: RepairName;
  /** Made by default: nothing this library reads becomes another value, but for what the finding says is wrong. */
  readonly isDefault: boolean;
  readonly title: string;
  /** The findings it is for. */
  readonly findings: readonly string[];
}

type Row = readonly [name: RepairName, isDefault: boolean, title: string, findings: readonly string[]];

const rows: readonly Row[] = [
  ['version', true, 'Write the version field of the format', ['EDF002']],
  ['header-shift', true, 'Move the header fields to where they must be', ['EDF003']],
  ['control-bytes', true, 'Replace control bytes of the header by spaces or underscores', ['EDF005']],
  ['ascii', true, 'Write header texts in ASCII (\u00b5V becomes uV)', ['EDF004']],
  ['left-justify', true, 'Move header fields to the left', ['EDF006']],
  ['header-counts', true, 'Write the size of the header and the number of signals', ['EDF012', 'EDF023']],
  ['date-form', true, 'Write date and time as dd.mm.yy and hh.mm.ss', ['EDF007', 'EDF011']],
  [
    'start-date-from-recording-identification',
    false,
    'Take the start date of the recording identification',
    ['EDF008', 'EDF050'],
  ],
  [
    'clip-start-date',
    false,
    'Write 01.01.85, the first date EDF+ has, for a date before 1985 or without a year',
    ['EDF009', 'EDF010'],
  ],
  [
    'identification-form',
    false,
    'Write the identification subfields that EDF+ asks for',
    ['EDF048', 'EDF049'],
  ],
  ['format-marker', true, 'Write the EDF+ or BDF+ marker that the file needs', ['EDF014', 'EDF045']],
  ['reserved-text', false, 'Blank reserved fields that hold text of a manufacturer', ['EDF013', 'EDF043']],
  ['numbers', true, 'Write the same numbers in plain form', ['EDF026', 'EDF027', 'EDF028']],
  ['annotations-signal-header', true, 'Write the header that an annotations signal must have', ['EDF047']],
  ['data-record-count', true, 'Write how many data records the file holds', ['EDF015', 'EDF017']],
  ['truncated-tail', true, 'Cut off a last data record that is not whole', ['EDF018']],
  ['trailing-bytes', true, 'Cut off bytes after the last data record', ['EDF019']],
  [
    'extra-data-records',
    false,
    'Count the whole data records after the last declared one',
    ['EDF016', 'EDF019'],
  ],
  ['discontinuous-marker', true, 'Mark a recording without gaps as continuous', ['EDF055']],
  ['continuous-marker', false, 'Mark a recording with gaps as discontinuous', ['EDF054']],
  ['tals-run-together', true, 'Separate TALs by the zero byte that is missing', ['EDF058']],
];

/** Every repair, in the order in which they are made. */
export const repairCatalogue: readonly RepairKind[] = rows.map(([name, isDefault, title, findings]) => ({
  name,
  isDefault,
  title,
  findings,
}));

/** Which repairs to make: those given, or the default ones; or the default ones with some added and left out. */
export interface RepairChoices {
  readonly only?: readonly RepairName[];
  readonly with?: readonly RepairName[];
  readonly without?: readonly RepairName[];
}

/** The repairs that `choices` name. */
export function chosenRepairs(choices: RepairChoices = {}): ReadonlySet<RepairName> {
  const names = choices.only ?? repairCatalogue.filter(({ isDefault }) => isDefault).map(({ name }) => name);
  const chosen = new Set([...names, ...(choices.with ?? [])]);
  for (const name of choices.without ?? []) chosen.delete(name);
  return chosen;
}
