/**
 * Words that annotations, transducers and filters use and that say nothing about who: sleep scoring, EEG, polygraphy,
 * units, electrodes, and what the format itself writes into headers. From the EDF+ standard texts (edfplus.info/specs/edftexts.html) and what devices write.
 */
const words = `
  a after air airflow amplitude amplifier and annotation annotations annots apnea apnoea arousal arousals artefact artifact
  artifacts at auto average awake awakening background back band begin begins bipolar blink blinks block body bp bpm
  brady bradycardia breath breathing bruxism burst by c calib calibration canula cannula cascade central cessation
  change changed channel channels cheyne chin clip close closed cm cmh2o common complex connect connected coma cough
  cycle dc deep deg degc degf delta desat desaturation detected detection device diff differential dis disconnect
  disconnected down drift drop drowsy dur duration ear ecg edf eeg ekg electrode electrodes electrooculogram emg end
  ended ends eog epoch epochs erg error esophageal event events excessive eye eyes eyelid face fast filter filters
  fixed flash flat flow fluttering frequency from front full gain gamma general generalized good gnd green ground
  hand head heart high highpass hiccup horizontal hp hr hv hypercapnia hyperventilation hypopnea hypopnoea hypoventilation
  hz id impedance impedances in input inspiration interictal ictal invalid is jaw k kohm k-complex lead leads left leg legs
  light lights limb line loss low lowpass lower lp lying m marker markers mask mastoid max meg microsleep mic min minute minutes
  missing mixed mm mmhg mode monopolar montage morning mouth movement movements mt muscle mv n nan nasal new night no
  noise noisy nonrem non nrem normal not notch note o2 obstructive of off offset ohm ok on onset open opened oral out
  oximeter oximetry oxygen paper pattern pause pedal period periodic photic physical piezo plethysmogram pleth plm plms
  pressure prone psg pulse quiet r rate ratio rec record recorder recording red ref reference rem repeat rera resp respiration
  respiratory response restart restarted resume resumed rhythm right rip s sa sample samples sao2 saturation sec second
  seconds segment seizure sensitivity sensor sensors sharp shift short signal signals sim sinus sit sitting sleep slow
  snore snores snoring sound spike spikes spindle spindles spo2 spontaneous stage stand standing start started starts
  state status stim stimulation stimulus stop stopped stops strain strap study supine surface sweat swallow switch sync
  system t tachy tachycardia talk talking tco2 tcpco2 temp temperature test theta thermistor thermocouple thoracic thorax
  tidal time timeline tms to tone tonic trigger type undefined unknown unscored unsure up upper upright uv v value
  ventilation version vertical video vigilance volume w wake wave waves with x yawn z
  abdomen abdominal accelerometer actigraphy active ag agagcl agcl alpha analog anterior arm auricular beta cable chest
  chloride clock cup disc disk disposable finger gel gold hydrogel inductance intracranial lateral laplacian
  needle pad plethysmography polygraphy position posterior silver sintered skin sponge tin transducer wrist
  24bit bdf biosemi bit startdate
  bad rejected edge boundary discontinuity key press pressed response target standard oddball rest task trial block run
`;

const known: ReadonlySet<string> = new Set(words.trim().split(/\s+/));

const electrode =
  /^(fp|af|aft|f|fc|fcc|ft|ftt|c|cp|ccp|t|tp|tpp|p|po|ppo|o|a|m|e|x|sp|lo|ro|rm|lm|n|s|d|v|ch|i|g)(z|\d{1,3}h?)$/i;

/** Whether a word (letters and digits, any case) is one of recordings in general, not of one person. */
export function isTechnicalWord(word: string): boolean {
  const lower = word.toLowerCase();
  return lower.length <= 1 || known.has(lower) || electrode.test(lower);
}

/** Whether a word looks like an electrode and may as well be the code of a person: A77, C3. */
export function isElectrodeWithNumber(word: string): boolean {
  return /\d/.test(word) && electrode.test(word) && !known.has(word.toLowerCase());
}
