/** Where a text may turn up. */
export type PlaceKind =
  | 'log'
  | 'redis'
  | 'queue'
  /** Rows of the ledger but those of the next two kinds. */
  | 'ledger'
  | 'webhook row'
  | 'audit row'
  /** What processes have asked of the ledger, rows of all kinds in it. */
  | 'ledger request'
  /** Keys, metadata and the heads of requests; not what the objects hold. */
  | 'object key'
  | 'source'
  | 'result'
  /** What the API answers with a status below 400. */
  | 'answer'
  /** What the API answers otherwise, its headers included. */
  | 'problem'
  /** What is posted to the endpoints of tenants. */
  | 'delivery'
  /** What processes answer inside the cluster. */
  | 'internal';

/** Something that was written somewhere, to be searched. */
export interface Place {
  readonly kind: PlaceKind;
  /** Tells a reader of a failure where to look. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whose it is, where it is somebody's. */
  readonly tenant?: string;
}

/** A text that occurs nowhere by chance, put where something confidential stands. */
export interface Canary {
  /** What it stands for. */
  readonly what: string;
  readonly text: string;
  /** Whose it is: in places of anybody else it must not be, whatever their kind. Absent: of whoever sends it. */
  readonly tenant?: string;
  /** It must be found there: shows that these places are searched at all. */
  readonly belongsIn: readonly PlaceKind[];
  /** It is no fault there either. */
  readonly mayBeIn?: readonly PlaceKind[];
}
