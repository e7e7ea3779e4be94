import { z } from 'zod';
import { jobIdSchema } from './ids.ts';

const amount = z.number().nonnegative();
const count = z.int().nonnegative();

/** What one attempt used, measured by the process that made it. */
export const attemptUsageSchema = z
  .object({
    cpuSeconds: amount.meta({ description: 'Of the analysis thread' }),
    wallSeconds: amount.meta({ description: 'From the claim to the end of the attempt' }),
    memoryGibSeconds: amount.meta({ description: 'Memory set aside for the attempt × wall seconds' }),
    bytesRead: count.meta({ description: 'From the object store' }),
    bytesWritten: count.meta({ description: 'To the object store' }),
    objectReads: count.meta({ description: 'Requests of the object store’s cheap class: GET, HEAD' }),
    objectWrites: count.meta({ description: 'Requests of its dear class: PUT, POST, LIST' }),
    ledgerReadUnits: amount.meta({ description: 'By DynamoDB’s rules; estimated from the sizes of items' }),
    ledgerWriteUnits: amount.meta({ description: 'By DynamoDB’s rules; estimated from the sizes of items' }),
  })
  .meta({ id: 'AttemptUsage' });
export type AttemptUsage = z.infer<typeof attemptUsageSchema>;

/** An attempt that used nothing: what sums begin with. */
export const noUsage: AttemptUsage = {
  cpuSeconds: 0,
  wallSeconds: 0,
  memoryGibSeconds: 0,
  bytesRead: 0,
  bytesWritten: 0,
  objectReads: 0,
  objectWrites: 0,
  ledgerReadUnits: 0,
  ledgerWriteUnits: 0,
};

/** Field by field. */
export function sumUsage(usages: Iterable<AttemptUsage>): AttemptUsage {
  const sum = { ...noUsage };
  for (const usage of usages) {
    for (const name of Object.keys(noUsage) as (keyof AttemptUsage)[]) sum[name] += usage[name];
  }
  return sum;
}

/** How an attempt ended that could still say what it used. */
export const attemptOutcomeSchema = z.enum(['succeeded', 'failed', 'canceled', 'interrupted']);
export type AttemptOutcome = z.infer<typeof attemptOutcomeSchema>;

export const costSchema = z
  .object({
    currency: z.string().meta({ description: 'ISO 4217' }),
    amount: amount.meta({ description: 'Sum of the lines; estimated from list prices, not a bill' }),
    prices: z.object({
      region: z.string(),
      validFrom: z.iso.date().meta({ description: 'Date of the prices that were taken' }),
    }),
    lines: z.array(
      z.object({
        what: z.string(),
        quantity: amount,
        unit: z.string(),
        unitPrice: amount,
        amount,
      }),
    ),
  })
  .meta({ id: 'Cost' });
export type Cost = z.infer<typeof costSchema>;

/** What a job used and what that costs, attempt by attempt. */
export const receiptSchema = z
  .object({
    jobId: jobIdSchema,
    isFinal: z.boolean().meta({ description: 'The job has ended: nothing is added unless it is retried' }),
    attempts: z.array(
      z.object({
        epoch: z.int(),
        outcome: attemptOutcomeSchema,
        endedAt: z.iso.datetime(),
        usage: attemptUsageSchema,
      }),
    ),
    usage: attemptUsageSchema,
    cost: costSchema,
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof receiptSchema>;

export const monthSchema = z
  .string()
  .regex(/^20[0-9]{2}-(0[1-9]|1[0-2])$/, 'is not a month like 2026-03')
  .meta({ description: 'YYYY-MM, in UTC' });

/** Query of `GET /v1/usage`. */
export const usageQuerySchema = z.strictObject({ month: monthSchema.optional() });

export const budgetSchema = z
  .object({
    warnAt: z.number().nullable().meta({ description: 'In the currency of the prices' }),
    refuseAt: z.number().nullable(),
    spent: amount,
    state: z.enum(['none', 'within', 'warned', 'exhausted']),
    againAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When uploads are taken again, once exhausted' }),
  })
  .meta({ id: 'Budget' });
export type Budget = z.infer<typeof budgetSchema>;

/** What an organisation used in a month. */
export const usageSchema = z
  .object({
    month: monthSchema,
    attempts: z.int(),
    usage: attemptUsageSchema,
    cost: costSchema,
    budget: budgetSchema,
    days: z.array(
      z.object({ day: z.iso.date(), attempts: z.int(), usage: attemptUsageSchema, cost: amount }),
    ),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usageSchema>;
