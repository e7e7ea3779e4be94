import { setTimeout as delay } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Ledger } from '@edf-pipeline/ledger';
import { countOpenJobs } from './ledger-rows.ts';
import { countMessages } from './queue-contents.ts';

/** How long what is left may take once nothing is disturbed any more. */
const SETTLE_SECONDS = 300;

/** Waits until every job of these tenants has ended; says how many have not, when it takes too long. */
export async function settle(
  ledger: Ledger,
  tenants: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const until = performance.now() + SETTLE_SECONDS * 1000;
  for (;;) {
    const counts = await Promise.all(tenants.map((tenant) => countOpenJobs(ledger, tenant)));
    const open = counts.reduce((sum, count) => sum + count, 0);
    if (open === 0) return;
    if (performance.now() > until) return say(`${open} jobs have not ended after ${SETTLE_SECONDS} s`);
    await delay(500);
  }
}

/** What nobody can read stays; all else goes. Answers how many messages are left. */
export async function waitForQueue(
  sqs: SQSClient,
  queueUrl: string,
  unreadable: number,
  patienceSeconds: number,
): Promise<number> {
  const until = performance.now() + patienceSeconds * 1000;
  for (;;) {
    const count = await countMessages(sqs, queueUrl);
    if (count <= unreadable || performance.now() > until) return count;
    await delay(500);
  }
}
