import { limitsSchema, receiptSchema, usageSchema } from '@edf-pipeline/contracts';
import { bodyOf, call, problemOf } from './test-support/api.ts';
import { edfBytes } from './test-support/edf-bytes.ts';
import { processed } from './test-support/uploads.ts';

test('a job that has run has a receipt, and the month counts it', async () => {
  const monthNow = async () => bodyOf(await call('GET', '/v1/usage'), usageSchema, 200);
  const before = await monthNow();
  const bytes = edfBytes();
  const { job } = await processed(bytes);
  const receipt = bodyOf(await call('GET', `/v1/jobs/${job.id}/receipt`), receiptSchema, 200);
  const after = await monthNow();

  expect(receipt).toMatchObject({ jobId: job.id, isFinal: true });
  expect(receipt.attempts.at(-1)?.outcome).toBe('succeeded');
  expect(receipt.usage.bytesRead).toBeGreaterThanOrEqual(bytes.length);
  expect(receipt.usage.bytesWritten).toBeGreaterThan(0);
  expect(receipt.usage.cpuSeconds).toBeGreaterThan(0);
  expect(receipt.usage.objectWrites).toBeGreaterThan(5);
  expect(receipt.cost.lines.length).toBeGreaterThan(0);
  // At midnight between two months the second one begins with nothing.
  if (after.month === before.month)
    expect(after.attempts).toBeGreaterThanOrEqual(before.attempts + receipt.attempts.length);
});

test('every answer says what is left of the rate limits, and the limits say the same', async () => {
  const answer = await call('GET', '/v1/limits');
  const limits = bodyOf(answer, limitsSchema, 200);
  const policies = limits.rates.map(
    ({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`,
  );

  expect(answer.headers.get('ratelimit-policy')).toBe(policies.join(', '));
  expect(answer.headers.get('ratelimit')).toMatch(/^"tenant";r=\d+;t=\d+, "subject";r=\d+;t=\d+$/);
  expect(limits.quotas.map(({ name }) => name)).toContain('open-uploads');
});

test('a month that is none is refused', async () => {
  problemOf(await call('GET', '/v1/usage?month=2026-13'), 'validation-failed');
});
