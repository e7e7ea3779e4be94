/** For people: how a finding comes about, and what to do about it. One entry for each finding of the catalogue. */
export interface FindingGuide {
  readonly cause: string;
  readonly advice: string;
}

type Row = readonly [cause: string, advice: string];

const asRecorded = 'Nothing is lost. Leave the file as it is unless another program refuses it.';
const byRepair = 'edf repair makes the change; samples are not touched.';
const atSource =
  'Correct the setting of the recording or exporting system; the file cannot tell what was meant.';

const rows: Record<string, Row> = {
  EDF001: ['The file was cut off in its first 256 bytes, or is no EDF at all.', 'Fetch or export it again.'],
  EDF002: [
    'The first eight bytes are neither "0" and seven spaces (EDF) nor 0xFF and "BIOSEMI" (BDF). A fatal finding: another kind of file, or one compressed with gzip.',
    'If the rest of the header is sound the file is read all the same and edf repair writes the field; otherwise open it with the program it was made for.',
  ],
  EDF003: [
    'A writer counted characters where the format counts bytes (a name with an accent), or the first bytes were lost: every field after that place is some bytes off.',
    byRepair,
  ],
  EDF004: [
    'A field holds bytes outside ASCII: \u00b5 or \u00b0 in a unit, an accent in a name, in UTF-8, Latin-1 or Shift-JIS. EDFlib refuses such files.',
    'edf repair writes uV for \u00b5V, and letters without accents.',
  ],
  EDF005: [
    'A field holds control bytes: a line end from a form, or memory that was not cleared.',
    'edf repair writes spaces or underscores in their place.',
  ],
  EDF006: ['A number or text begins with spaces: it was aligned to the right.', byRepair],
  EDF007: [
    'The start date has other separators, missing zeros or another order.',
    'edf repair writes dd.mm.yy where day, month and year can be told apart; a date in American order reads as an impossible or a wrong one and has to be corrected by hand.',
  ],
  EDF008: [
    'The date does not exist (00.00.00, 30.02.26): the clock of the recorder was not set.',
    'If the recording identification has the date, edf repair --with start-date-from-recording-identification takes it.',
  ],
  EDF009: [
    'Two digits reach from 1985 to 2084. A recording of 1970 writes 70, which reads as 2070; often the clock of the recorder had been reset.',
    'The year of the recording identification is believed. EDF+ cannot hold a date before 1985: edf repair --with clip-start-date writes 01.01.85.',
  ],
  EDF010: [
    'After 2084 the year is the text "yy" and the recording identification has the date; here it has none.',
    'Write a date, or let edf repair --with clip-start-date write 01.01.85.',
  ],
  EDF011: [
    'The start time has other separators, or is none (24.00.00, 26.00.99).',
    'edf repair writes hh.mm.ss where it can be read as a time.',
  ],
  EDF012: [
    'The field for the size of the header is not 256 bytes and 256 for each signal.',
    `Readers that trust it read samples from a wrong place. ${byRepair}`,
  ],
  EDF013: [
    'The reserved field holds a word of the manufacturer. ResMed writes "EDF", BioSemi "BIOSEMI".',
    'The file is read as plain EDF or BDF. edf repair --with reserved-text blanks the field.',
  ],
  EDF014: [
    'The marker says BDF+ and the version field EDF, or the reverse.',
    `The version field decides. ${byRepair}`,
  ],
  EDF015: [
    'The number of data records is -1 while a recording runs: this one was never closed. Or the field cannot be read.',
    'The size of the file tells the number; edf repair writes it.',
  ],
  EDF016: [
    'The header counts no data record, so the file says nothing beyond its header.',
    'If samples follow, edf repair --with extra-data-records counts them.',
  ],
  EDF017: [
    'The recorder stopped, a disk was full, or a transfer broke off.',
    'Fetch the file again if there is a longer one. Else edf repair writes the number of data records that are there.',
  ],
  EDF018: [
    'The file ends within a data record.',
    'The part is not read. edf repair cuts it off, unless it is the only one; the undo file keeps it.',
  ],
  EDF019: [
    'Something follows the last data record that the header counts: a stray byte, data of the manufacturer, or data records that were written after the header.',
    'edf repair cuts off what is no whole data record. Whole ones are counted with --with extra-data-records.',
  ],
  EDF020: [
    'The duration of a data record is blank, negative or no number.',
    'Samples can be read, times cannot. The duration has to be known from elsewhere.',
  ],
  EDF021: ['Data records of 0 seconds are for files of annotations alone.', atSource],
  EDF022: ['Data records last a fraction of a second, or sampling rates are no whole numbers.', asRecorded],
  EDF023: [
    'The number of signals is no number from 1 to 9999.',
    'If the size of the header is sound it tells the number, and edf repair writes it. Otherwise no sample can be located.',
  ],
  EDF024: [
    'The file was cut off in its header, or the number of signals is wrong.',
    'Fetch or export it again.',
  ],
  EDF025: [
    'The standard recommends 61440 bytes for a data record. EDFlib refuses more than 10 MB (EDF) and 15 MB (BDF).',
    asRecorded,
  ],
  EDF026: [
    'A system with a language that writes decimal commas used one. 3,276 could be 3.276 or 3276: it is not guessed.',
    'edf repair writes a dot where the meaning is certain.',
  ],
  EDF027: [
    'A number is blank, in exponent form, or has run into the next field because it was longer than 8 characters.',
    'edf repair writes it plainly where its value is certain and fits.',
  ],
  EDF028: ['A digital limit has decimals. It is the value of a stored integer.', byRepair],
  EDF029: [
    'Digital maximum and minimum are equal or exchanged; common for signals named "-" that only separate others.',
    'The signal has no scale: its digital values are given. The limits have to be known from elsewhere.',
  ],
  EDF030: [
    'A limit does not fit 16 bits (24 in BDF): ResMed writes 0 to 65534.',
    'Other programs may refuse the file or read high values as negative ones.',
  ],
  EDF031: [
    'Physical maximum and minimum are equal, so there is no scale.',
    'The digital values are given. The limits have to be known from elsewhere.',
  ],
  EDF032: [
    'Physical maximum below physical minimum turns the signal over: polarity by intention.',
    'Legal. A program that exchanges the limits shows the signal upside down.',
  ],
  EDF033: ['A blank dimension says that the signal is not calibrated.', atSource],
  EDF034: [
    'Without the samples per data record of each signal no sample of any signal can be located.',
    'The header has to be corrected by hand.',
  ],
  EDF035: ['A signal is named and has no samples.', asRecorded],
  EDF036: [
    'Two signals have the same label; programs that find signals by label see one of them.',
    'Name signals by number, or give labels of their own.',
  ],
  EDF037: ['A signal has no label.', atSource],
  EDF038: [
    'The standard asks for a type, a space and a sensor: "EEG Fpz-Cz". Most files of the world write "Fp1".',
    asRecorded,
  ],
  EDF039: [
    'The unit is unknown, or lost its first letter (".V" for \u00b5V).',
    'Check the scale before values are compared with other files.',
  ],
  EDF040: ['Filters are written otherwise than "HP:0.1Hz LP:75Hz N:50Hz".', asRecorded],
  EDF041: [
    'A high pass above the low pass, or a low pass above half the sampling rate.',
    'The filter setting that is written was not the one in use.',
  ],
  EDF042: ['The kind of electrode or sensor is not told.', asRecorded],
  EDF043: [
    'A field that the standard keeps for later holds text.',
    'edf repair --with reserved-text blanks it.',
  ],
  EDF044: [
    'A signal with the dimension "Filtered" holds logarithms of values; a linear scale would falsify them.',
    'Where the prefiltering field has its parameters (EDF floats), this is for information: ask for the numbers when you read it. Where it has none, they have to be known from elsewhere.',
  ],
  EDF045: [
    'The marker says EDF+, which needs a signal "EDF Annotations"; EDFlib refuses the file.',
    'It is read as a file without gaps. edf repair takes the marker away.',
  ],
  EDF046: [
    'A signal "EDF Annotations" is there and the marker is not: some programs show it as a signal of noise.',
    'Annotations are read. Times of data records are not believed.',
  ],
  EDF047: [
    'The header of an annotations signal must have the whole digital range, two different physical limits and blank fields. EDFlib refuses others.',
    byRepair,
  ],
  EDF048: [
    'EDF+ asks for code, sex, birthdate (02-AUG-1951) and name, with X for what is unknown.',
    'edf repair --with identification-form writes the subfields.',
  ],
  EDF049: [
    'EDF+ asks for "Startdate", the date, and three codes, with X for what is unknown.',
    'edf repair --with identification-form writes the subfields.',
  ],
  EDF050: [
    'Start date and recording identification name different days.',
    'The header is believed. edf repair --with start-date-from-recording-identification believes the other.',
  ],
  EDF051: [
    'The birthdate is impossible, after the recording, or more than 125 years before it: 01-JAN-1001 and 30-DEC-1899 are the zeros of other systems.',
    atSource,
  ],
  EDF052: [
    'The first annotation of a data record must be empty and tell its onset. For information where a file has no ordinary signals: there a text right behind it names the event that starts the data record.',
    'The data record is taken to follow the one before it.',
  ],
  EDF053: [
    'The onset of data record 0 is a fraction of a second; here it is more, or negative.',
    'The onset is believed: everything lies that much later.',
  ],
  EDF054: [
    'A recording was paused and the file is marked continuous.',
    'The onsets are believed, gaps are shown. edf repair --with continuous-marker marks it EDF+D, which EDFlib does not read.',
  ],
  EDF055: [
    'The file is marked discontinuous and has no gap. EDFlib, pyedflib and EDFbrowser refuse it for the mark alone.',
    'edf repair marks it as continuous.',
  ],
  EDF056: [
    'A data record begins before the one before it ends: the clock was set back, or the records are out of order.',
    'The onsets are believed. Check which part is which before averaging.',
  ],
  EDF057: [
    'An onset without sign, a duration that is no number, a missing end mark.',
    'What can be read is read; the finding says what was assumed.',
  ],
  EDF058: [
    'Nihon Kohden leaves out the zero byte between the time-keeping TAL and the next. Other readers lose these annotations or put them at the second of the data record.',
    'All annotations are recovered. edf repair writes the zero byte, where its block has room. A warning means that a text between two others looks like an onset: nothing is changed, look at the annotations there.',
  ],
  EDF059: [
    'A TAL is cut by the end of its block, or stands behind the zero padding where other readers do not look.',
    'What is there is read.',
  ],
  EDF060: [
    'A text is in Latin-1 or Shift-JIS, or holds control characters. Some readers stop at the first such byte.',
    'The text is read in the encoding that fits.',
  ],
  EDF061: [
    'An annotation begins before the recording or ends after it: a stage of 30 s in a shorter rest, or a clock that was off. MNE drops or cuts it.',
    'The annotation is kept as written.',
  ],
  EDF062: [
    'A writer stored an annotation in every data record that it lasts.',
    'All are given; count annotations by onset and text.',
  ],
  EDF063: [
    'The block is full to its last byte: the writer may have left out what did not fit.',
    'Export again with more space for annotations, and compare the number.',
  ],
  EDF064: [
    'Samples lie outside the limits that the header declares. EDFlib and EDFbrowser cut them off without a word.',
    'They are given as stored. Widen the limits, or treat these samples as artefacts.',
  ],
  EDF065: [
    'The signal rests at a limit of its range, does not change, or uses hardly any levels: an electrode that was not connected, or an amplifier at its end.',
    'Leave the signal or these stretches out of analysis.',
  ],
  EDF066: [
    'An EEG above 10 mV or an oxygen saturation above 100 %: most often the unit or a limit is wrong by a power of ten.',
    'Check unit and physical limits against the recorder.',
  ],
  EDF067: [
    'The amplifier itself says that an electrode was off (CMS out of range) or its battery low; or the Status signal of BioSemi is missing, not the last one, or has a scale though its samples are bits. For information: the triggers, epochs and speed modes it holds.',
    'Leave out the stretches in which CMS was out of range.',
  ],
  EDF068: [
    'A BDF file named .edf or the reverse: programs choose their reader by the ending. BIDS asks for small letters.',
    'Rename the file.',
  ],
  EDF069: [
    'Names, birthdates, numbers of patients, or serial numbers of devices, in the header or in annotations. The finding says where and never what.',
    'No fault of the file. De-identify it before it is given to others: edf deidentify.',
  ],
  EDF070: [
    'The file was written by a system whose deviations are known; the finding says which of them the file has. ResMed stores a checksum of each data record: where it does not fit, a warning says that the data record was damaged, or changed by another program.',
    'Where checksums do not fit, fetch the file from the device again. Otherwise leave it as it is.',
  ],
};

/** What people are told about a finding. */
export function guideOf(id: string): FindingGuide {
  const row = rows[id];
  if (row === undefined) throw new RangeError(`There is no guide for ${id}.`);
  return { cause: row[0], advice: row[1] };
}
