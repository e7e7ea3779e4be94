export type SignalKind = 'eeg' | 'eog' | 'emg' | 'ecg' | 'respiration' | 'other';

const kinds: readonly (readonly [SignalKind, RegExp])[] = [
  ['eog', /\beog\b|\broc\b|\bloc\b|\beye\b|^e[12](?![0-9a-z])|\bpg[12]\b|\bheog|\bveog/],
  ['emg', /\bemg\b|\bchin\d?\b|\btib|\bleg\b|\blat\b|\brat\b|submental|masseter|\bpi?lm|\bplm/],
  ['ecg', /\becg\b|\bekg\b|\bheart ?rate\b|\bpuls|\bpleth|\bhr\b|\bppg\b|\brr\b/],
  [
    'respiration',
    /\bresp|\bair ?flow|\bflow\b|\bthor|\babdo|\bchest\b|\bnasal|\boro|\btherm|\bcannula|\bpress|\bspo2\b|\bsao2\b|\bsat\b|\boxi?|\bsnor|\bco2\b|\betco2\b|\btcco2\b|\bcpap\b|\bnaf\b|\bvent|\bleak\b|\brip\b/,
  ],
  [
    'eeg',
    /\beeg\b|^(?:fp|af|fc|ft|cp|tp|po|f|c|t|p|o|a|m|i|n|cb)(?:z|[0-9]{1,2}h?)(?![a-z0-9])|^(?:fpz|oz|cz|pz|fz)\b/,
  ],
];

/** What a signal most likely is, by its label alone; decides its colour and its first scale. */
export function signalKind(label: string): SignalKind {
  const text = label.toLowerCase().replace(/[._]/g, ' ').trim();
  for (const [kind, pattern] of kinds) if (pattern.test(text)) return kind;
  return 'other';
}

/** Indices of signals whose label matches the comma list a person typed; an empty list matches all. */
export function matchingSignals(
  labels: readonly { index: number; label: string }[],
  filter: string,
): Set<number> {
  const wanted = filter
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const matches = labels.filter(
    ({ label }) =>
      wanted.length === 0 ||
      wanted.some((part) => label.toLowerCase().includes(part) || signalKind(label) === part),
  );
  return new Set(matches.map(({ index }) => index));
}
