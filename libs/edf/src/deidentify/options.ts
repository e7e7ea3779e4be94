/** What to do with dates: one day for all (01.01.85), or each patient's moved by a number of days of their own. */
export type DatePolicy =
  | { readonly kind: 'clear' }
  | {
      readonly kind: 'shift';
      /** Known to the sender alone; at least 16 bytes. The same secret gives the same patient the same shift. */
      readonly secret: Uint8Array;
      /** Who the recording belongs to; by default the patient identification as it is in the file. */
      readonly patientKey?: string;
      /** Dates move back by 1 to this many days; 3650 by default. */
      readonly maxDays?: number;
    };

/** How a recording is de-identified. Everything that is not kept by an option goes. */
export interface DeidentifyOptions {
  /** `clear` by default. */
  readonly dates?: DatePolicy;
  readonly keepSex?: boolean;
  /** The age in years at the recording, as a birthdate on 1 January; 90 for all above 89 [45 CFR 164.514(b)(2)]. */
  readonly keepAge?: boolean;
  readonly keepTimeOfDay?: boolean;
  /**
   * `words` (default): of annotations, transducers and filters only words stay that recordings in general use, and
   * those of `keep`. `patterns`: everything stays but identifying words, dates, addresses and long numbers; for
   * texts that somebody has read.
   */
  readonly texts?: 'words' | 'patterns';
  /** Words and whole texts that stay, in any case. */
  readonly keep?: readonly string[];
  /** Words and texts that go wherever they are: names the header does not have, of staff or places. */
  readonly remove?: readonly string[];
  /** Name of the file, whose words are looked for inside it. */
  readonly fileName?: string;
}
