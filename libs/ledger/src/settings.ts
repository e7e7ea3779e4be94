/** Times and budgets of the ledger; seconds where not said otherwise. */
export interface LedgerSettings {
  readonly leaseSeconds: number;
  readonly dispatchSeconds: number;
  /** How long handed-out work may wait for a worker before the queue is asked about it. */
  readonly claimSeconds: number;
  readonly backlogSeconds: number;
  readonly jobDeadlineSeconds: number;
  readonly cancelSeconds: number;
  readonly uploadLifetimeSeconds: number;
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
  dispatchSeconds: 30,
  claimSeconds: 300,
  backlogSeconds: 14 * 86_400,
  jobDeadlineSeconds: 86_400,
  cancelSeconds: 60,
  uploadLifetimeSeconds: 7 * 86_400,
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
