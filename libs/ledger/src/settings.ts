/** Times and budgets of the ledger; seconds where not said otherwise. */
export interface LedgerSettings {
  readonly leaseSeconds: number;
  /** How soon a job is handed over again whose dispatcher has not noted that its executor has it. */
  readonly dispatchSeconds: number;
  /** How long handed-out work may wait for a worker before the queue is asked about it. */
  readonly claimSeconds: number;
  readonly backlogSeconds: number;
  readonly jobDeadlineSeconds: number;
  readonly cancelSeconds: number;
  readonly uploadLifetimeSeconds: number;
  /** How soon after all of an upload was said to be sent it is looked at, should its gateway not have finished it. */
  readonly verifySeconds: number;
  /** How soon after the last sign of life an open upload is looked at. */
  readonly uploadCheckSeconds: number;
  /** No signed request lives longer; after it the places of an ended upload are emptied once more. */
  readonly signatureSeconds: number;
  readonly deletionRetrySeconds: number;
  /** After this a tombstone's places are emptied once more, for what a paused process may still have written. */
  readonly tombstoneSeconds: number;
  readonly maxAttempts: number;
  readonly maxCrashes: number;
  readonly maxEvictions: number;
  readonly maxLostDispatches: number;
  readonly backoffSeconds: number;
  readonly maxBackoffSeconds: number;
  readonly idempotencySeconds: number;
}

export const defaultLedgerSettings: LedgerSettings = {
  leaseSeconds: 30,
  // Handing over takes milliseconds and may be done twice; what is lost on the way must not wait for longer than a sweep.
  dispatchSeconds: 10,
  claimSeconds: 300,
  backlogSeconds: 14 * 86_400,
  jobDeadlineSeconds: 86_400,
  cancelSeconds: 60,
  uploadLifetimeSeconds: 7 * 86_400,
  verifySeconds: 30,
  uploadCheckSeconds: 600,
  signatureSeconds: 900,
  deletionRetrySeconds: 30,
  tombstoneSeconds: 86_400,
  maxAttempts: 4,
  maxCrashes: 2,
  maxEvictions: 20,
  maxLostDispatches: 10,
  backoffSeconds: 5,
  maxBackoffSeconds: 300,
  idempotencySeconds: 48 * 3600,
};
