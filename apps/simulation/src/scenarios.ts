import type { JobStatus } from '@edf-pipeline/contracts';
import type { LedgerSettings, UploadRow } from '@edf-pipeline/ledger';
import type { UploadPlan } from './client.ts';
import { contentOf } from './services/recording-body.ts';
import { planOf } from './undisturbed.ts';
import type { WebhookEndpoint } from './world.ts';

export interface ScenarioEnd {
  readonly upload: UploadRow['status'];
  readonly job: JobStatus | null;
  /** Only after so many deaths of processes; any number when absent. */
  readonly deaths?: number;
}

/** A way of a recording through the product, and what it must come to; the checker knows only what must never be. */
export interface Scenario {
  readonly name: string;
  readonly plan: UploadPlan;
  /** The first so many reads of the source fail. */
  readonly failedReads: number;
  readonly endpoints: readonly WebhookEndpoint[];
  /** Where the product's own times would only make a run longer. */
  readonly times: Partial<LedgerSettings>;
  /** Any of these, with the job that belongs to it; `null`: no job. */
  readonly ends: readonly ScenarioEnd[];
}

const GOOD = 1;
const MULTIPART = 3;
const POISON = 9;

const succeeds = [{ upload: 'completed', job: 'succeeded' }] as const;

const scenarioOf = (
  name: string,
  plan: UploadPlan,
  change: Partial<Omit<Scenario, 'name' | 'plan'>> = {},
): Scenario => ({ name, plan, failedReads: 0, endpoints: [], times: {}, ends: succeeds, ...change });

/** The ways of a recording through the product. */
export const scenarios: readonly Scenario[] = [
  scenarioOf('single PUT to result', planOf(contentOf(GOOD))),
  scenarioOf('multipart to result', planOf(contentOf(MULTIPART))),
  scenarioOf(
    'cancel while it runs, then retry',
    planOf(contentOf(GOOD), {
      afterwards: [
        { what: 'cancel', waitSeconds: 3 },
        { what: 'retry', waitSeconds: 120 },
      ],
    }),
  ),
  scenarioOf('delete', planOf(contentOf(GOOD), { afterwards: [{ what: 'delete', waitSeconds: 30 }] }), {
    // Two deaths within the half minute before it is deleted: in quarantine then, and nobody is left to run it again.
    ends: [
      ...succeeds,
      { upload: 'completed', job: 'canceled' },
      { upload: 'completed', job: 'failed', deaths: 2 },
    ],
  }),
  scenarioOf('transient failure, then result', planOf(contentOf(GOOD)), { failedReads: 1 }),
  scenarioOf('poison file', planOf(contentOf(POISON)), { ends: [{ upload: 'completed', job: 'failed' }] }),
  scenarioOf(
    'parts sent, then aborted by its client',
    planOf(contentOf(MULTIPART), {
      givesUp: 'half-sent',
      afterwards: [{ what: 'abort', waitSeconds: 1 }],
    }),
    { ends: [{ upload: 'aborted', job: null }] },
  ),
  // Whichever comes first, the object's event or the client, decides; both ways nothing is left over.
  scenarioOf(
    'all sent, then aborted by its client at once',
    planOf(contentOf(GOOD), {
      givesUp: 'before-completing',
      afterwards: [{ what: 'abort', waitSeconds: 0 }],
    }),
    { ends: [{ upload: 'aborted', job: null }, ...succeeds] },
  ),
  scenarioOf(
    'parts sent, then left until it expires',
    planOf(contentOf(MULTIPART), { givesUp: 'half-sent' }),
    {
      // Two looks at what has come, instead of one every ten minutes for a week.
      times: { uploadLifetimeSeconds: 900 },
      ends: [{ upload: 'expired', job: null }],
    },
  ),
  scenarioOf('single PUT to result, and a webhook told', planOf(contentOf(GOOD)), {
    endpoints: [{ tenant: 'acme', id: 'whk_1', events: ['job.succeeded'] }],
  }),
];
