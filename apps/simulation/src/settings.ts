import { defaultLedgerSettings } from '@edf-pipeline/ledger';
import { executorSettings } from './services/executor-service.ts';
import type { WorldSettings } from './world.ts';

/**
 * The product's own settings, but for uploads that nobody finishes: those are given up after hours instead of days,
 * so that a run ends sooner.
 */
export const simulationSettings: WorldSettings = {
  ledger: { ...defaultLedgerSettings, uploadLifetimeSeconds: 6 * 3600 },
  executor: executorSettings,
  admitSeconds: 1,
  sweepSeconds: 5,
  relaySeconds: 2,
  slotsPerWorker: 2,
  processes: { gateways: 2, dispatchers: 2, workers: 3 },
  limits: { acme: 3, beta: 4, gamma: 50 },
  endpoints: [],
};
