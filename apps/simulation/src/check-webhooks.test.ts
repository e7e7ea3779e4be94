import { checkWebhooks } from './check-webhooks.ts';
import type { Effect } from './history.ts';
import { rowsByKind } from './rows-by-kind.ts';

const endpoint = { kind: 'webhook', id: 'whk_1', tenant: 'acme', events: ['job.succeeded'] };
const delivery = { kind: 'webhook-delivery', id: 'whd_1', status: 'delivered' };
const itemOf = (data: object) => ({ pk: 'P', sk: 'S', version: 1, writer: 'w', indexes: {}, data });
const rows = (...data: object[]) => rowsByKind(data.map(itemOf));
const news = (tenant: string, type = 'job.succeeded'): Effect => ({
  kind: 'write',
  at: 0,
  by: 'worker',
  for: tenant,
  changes: [{ before: null, after: itemOf({ kind: 'outbox', id: 'o', tenant, type, objectId: 'job_1' }) }],
});
const posted: Effect = {
  kind: 'posted',
  at: 0,
  by: 'dispatcher',
  id: 'whd_1',
  webhookId: 'whk_1',
  type: 'job.succeeded',
  objectId: 'job_1',
};
const invariants = (...args: Parameters<typeof checkWebhooks>) =>
  checkWebhooks(...args).map(({ invariant }) => invariant);

describe('of webhooks the checker', () => {
  it('has nothing to say when an endpoint was told, once or twice', () => {
    expect(invariants(rows(endpoint, delivery), [news('acme'), posted])).toEqual([]);
    expect(invariants(rows(endpoint, delivery), [news('acme'), posted, posted])).toEqual([]);
  });

  it('does not ask for what an endpoint never wanted, nor for another tenant', () => {
    expect(invariants(rows(endpoint), [news('acme', 'upload.completed'), news('beta')])).toEqual([]);
  });

  it('notices news that no endpoint was told', () => {
    expect(invariants(rows(endpoint), [news('acme')])).toEqual(['I4']);
  });

  it('notices a delivery that is said to be delivered and was not posted', () => {
    expect(invariants(rows(endpoint, { ...delivery, id: 'whd_2' }), [news('acme'), posted])).toEqual(['I4']);
  });

  it.each(['pending', 'given_up'] as const)('notices a delivery that is %s in the end', (status) => {
    expect(invariants(rows(endpoint, { ...delivery, status }), [news('acme'), posted])).toEqual(['I1']);
  });
});
