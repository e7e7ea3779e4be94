import type { Canary, PlaceKind } from './canary.ts';

/** Whose canaries they are. */
export const OWNER = 'alpine';
/** Works beside it and must never see one. */
export const NEIGHBOUR = 'beacon';

/** Every canary begins like this, and a piece of one is found by it; but for those of `otherStems`. */
const STEM = 'Kanarie';

const canary = (
  what: string,
  text: string,
  belongsIn: readonly PlaceKind[] = [],
  mayBeIn: readonly PlaceKind[] = [],
): Canary => ({ what, text, tenant: OWNER, belongsIn, mayBeIn });

/** In the header and shown in the report of its owner. */
const reported = (what: string, text: string) => canary(what, text, ['source', 'result']);
/** In the file alone. */
const kept = (what: string, text: string) => canary(what, text, ['source'], ['result']);

/** What identifies somebody in a recording. EDF+ fields hold no spaces within a part; a field is 80 characters long. */
export const inRecording = {
  patientCode: reported('patient code', `${STEM}-Code-4d1f`),
  birthdate: reported('birthdate', '02-AUG-1951'),
  patientName: reported('patient name', `${STEM}-Name-7f3a`),
  admission: reported('admission code', `${STEM}-Fall-90be`),
  technician: reported('technician', `${STEM}-Tech-c2d7`),
  equipment: reported('equipment', `${STEM}-Geraet-5e`),
  label: reported('signal label', `${STEM}-Lbl-3c8`),
  dimension: reported('physical dimension', `Z${STEM}`),
  transducer: reported('transducer', `${STEM}-Sensor-61aa`),
  prefilter: reported('prefiltering', `${STEM}-Filter-d04e`),
  headerReserved: kept('reserved field of the header', `${STEM}-Reserve-e17b`),
  signalReserved: kept('reserved field of a signal', `${STEM}-Resignal-2f6c`),
  annotation: kept('annotation text', `${STEM}-Anfall-b9d3`),
  annotationOfMany: kept('annotation text of what is too large', `${STEM}-Viele-08cc`),
  samples: kept('text in the samples', `${STEM}-Probe-44e5`),
  tail: kept('bytes after the last data record', `${STEM}-Nachspann-a3f0`),
  freePatient: reported('patient in a plain EDF', `${STEM} Freitext 1f77`),
  freeRecording: reported('recording in a plain EDF', `${STEM} Aufnahme 8ab2`),
  garbage: kept('bytes of what is no recording', `${STEM}-Unsinn-6d21`),
} as const;

/** One damaged number or date each: what cannot be read must not be quoted. Eight characters fit. */
export const damagedFields = [
  { what: 'version', offset: 0 },
  { what: 'start date', offset: 168 },
  { what: 'start time', offset: 176 },
  { what: 'header length', offset: 184 },
  { what: 'number of data records', offset: 236 },
  { what: 'duration of a data record', offset: 244 },
].map(({ what, offset }, index) => ({
  offset,
  canary: kept(`damaged ${what}`, `${'ABCDEF'[index]}${STEM}`),
}));

/** File names are sealed: only answers to their owner show them. */
const fileName = (what: string, text: string) => canary(`file name ${what}`, text, ['answer']);
export const fileNames = {
  plain: fileName('in ASCII', `${STEM}-Datei-11c0.edf`),
  unicode: fileName('in Unicode', `${STEM}-Übernachtung-夜-22d1.edf`),
  hostile: fileName('with quotes, percent and breaks', `${STEM}-"%41\\<b>\n33e2.edf`),
  broken: fileName('of what fails', `${STEM}-Kaputt-44f3.edf`),
  aborted: fileName('of what is aborted', `${STEM}-Abbruch-5504.edf`),
  deleted: canary('file name of what is deleted', `${STEM}-Weg-6615.edf`, ['answer']),
};

/** What was in a recording that has been deleted: nowhere at the end. */
export const deleted = canary('patient of a deleted recording', `${STEM}-Geloescht-7726`);

/** What clients send beside recordings. It stands nowhere, not even in the problem that they are answered with. */
export const sent = {
  idempotencyKey: canary('Idempotency-Key', `${STEM}-Schluessel-0a1b`),
  badToken: canary('access token that is none', `${STEM}-Token-1b2c`),
  basic: canary('password sent as Basic', `${STEM}-Passwort-2c3d`),
  tokenInQuery: canary('access token in a query', `${STEM}-Abfragetoken-3d4e`),
  query: canary('query string', `${STEM}-Abfrage-4e5f`),
  cursor: canary('cursor', `${STEM}-Zeiger-5f60`),
  malformed: canary('malformed body', `${STEM}-Unlesbar-6071`),
  field: canary('unknown field of a body', `${STEM}-Feldname-7182`),
  value: canary('wrong value in a body', `${STEM}-Feldwert-8293`),
  large: canary('body that is too large', `${STEM}-Zugross-93a4`),
  requestHeader: canary('request header', `${STEM}-Kopfzeile-a4b5`),
  cookie: canary('cookie', `${STEM}-Keks-b5c6`),
  userName: canary('user name', `${STEM.toLowerCase()}-user-c6d7@example.org`),
  endpointAnswer: canary('answer of a webhook endpoint', `${STEM}-Antwort-d7e8`),
  refusedUrl: canary('refused webhook URL', `${STEM}-Adresse-e8f9`),
};

/** Canaries that may stand where the others may not begin with something else, so that the stem stays forbidden there. */
export const otherStems: Readonly<Record<'webhookPath' | 'foreignKey' | 'foreignMessage' | 'path', Canary>> =
  {
    /**
     * The one known exception: the address of an endpoint stands in the ledger in clear. It is no secret by itself, the
     * signature of what is sent there is made with one that is sealed.
     */
    webhookPath: canary('webhook URL', 'Hakenpfad-f90a', ['answer', 'webhook row'], ['ledger request']),
    /** Whoever may write to the bucket or the queue can write anything into them. */
    foreignKey: canary('key of an object of nobody', 'Fremdobjekt-0b2d', ['object key', 'queue']),
    foreignMessage: canary('message of nobody', 'Fremdnachricht-1c3e', ['queue']),
    /** RFC 9457 wants the path in `instance`; it goes back to whoever sent it and nowhere else. */
    path: { what: 'path that was asked for', text: 'Irrweg-2d4f', belongsIn: ['problem'] },
  };

/** Finds pieces of canaries: fields that were cut, texts that were joined. */
const stem = canary('piece of a canary', STEM, ['source', 'result', 'answer']);

export const chosenCanaries: readonly Canary[] = [
  stem,
  ...Object.values(inRecording),
  ...damagedFields.map(({ canary: each }) => each),
  ...Object.values(fileNames),
  deleted,
  ...Object.values(sent),
  ...Object.values(otherStems),
];
