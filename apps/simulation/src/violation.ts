/** Numbered as in the list of invariants in this app's README. */
export type Invariant =
  'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11' | 'I12' | 'limit';

export interface Violation {
  readonly invariant: Invariant;
  /** What it is about: an id, a key. */
  readonly subject: string;
  readonly says: string;
}

/** The violation, when there is one. */
export const when = (isBroken: boolean, invariant: Invariant, subject: string, says: string): Violation[] =>
  isBroken ? [{ invariant, subject, says }] : [];
