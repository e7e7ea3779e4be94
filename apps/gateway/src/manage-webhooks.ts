import type { Page, Webhook, WebhookDelivery, WebhookList, WebhookWithSecret } from '@edf-pipeline/contracts';
import { pageQuerySchema } from '@edf-pipeline/contracts';
import type { Versioned, WebhookRow } from '@edf-pipeline/ledger';
import {
  createDelivery,
  deleteWebhook,
  enableWebhook,
  listDeliveries,
  listWebhooks,
  readWebhook,
  rotateWebhookSecret,
} from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteChange } from './note-change.ts';
import { assertRole } from './operator.ts';
import { HttpProblem, notFound } from './problem.ts';
import { renderDelivery, renderWebhook, renderWebhookWithSecret } from './render-webhook.ts';
import type { Webhooks } from './webhooks.ts';

/** Where an organisation's events go is for its owners to say, and only where this instance can seal secrets. */
export function webhooksFor(deps: GatewayDeps, { caller }: RequestContext): Webhooks {
  assertRole(caller, 'owner', 'Having to do with webhooks');
  if (deps.webhooks) return deps.webhooks;
  throw new HttpProblem(
    'not-configured',
    'Webhooks are off here; the operator turns them on with EDF_WEBHOOK_KEY. GET /v1/events tells the same.',
  );
}

export async function showWebhooks(deps: GatewayDeps, context: RequestContext): Promise<WebhookList> {
  webhooksFor(deps, context);
  const found = await listWebhooks(deps.ledger, context.caller.tenant, context.signal);
  return { data: found.map((each) => renderWebhook(each, deps.ledger.clock())) };
}

export async function showWebhook(deps: GatewayDeps, context: RequestContext, id: string): Promise<Webhook> {
  webhooksFor(deps, context);
  return renderWebhook(await present(deps, context, id), deps.ledger.clock());
}

/** Forgets an endpoint. */
export async function removeWebhook(deps: GatewayDeps, context: RequestContext, id: string): Promise<void> {
  webhooksFor(deps, context);
  await present(deps, context, id);
  await noteChange(deps, context, 'webhook.delete', id);
  await deleteWebhook(deps.ledger, context.caller.tenant, id, context.signal);
}

/** Gives an endpoint a new secret; the old one signs as well for a day. */
export async function renewSecret(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
): Promise<WebhookWithSecret> {
  const { seal, newSecret } = webhooksFor(deps, context);
  const { tenant } = context.caller;
  const sealed = seal.seal(tenant, newSecret());
  await present(deps, context, id);
  await noteChange(deps, context, 'webhook.rotate-secret', id);
  const rotated = await rotateWebhookSecret(deps.ledger, tenant, id, sealed, context.signal);
  if (!rotated) throw notFound();
  return renderWebhookWithSecret(seal, rotated, deps.ledger.clock());
}

/** Sends to a disabled endpoint again. */
export async function resumeWebhook(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
): Promise<Webhook> {
  webhooksFor(deps, context);
  await present(deps, context, id);
  await noteChange(deps, context, 'webhook.enable', id);
  const enabled = await enableWebhook(deps.ledger, context.caller.tenant, id, context.signal);
  if (!enabled) throw notFound();
  return renderWebhook(enabled, deps.ledger.clock());
}

/** Puts an event that tells of nothing on its way. */
export async function tryWebhook(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
): Promise<WebhookDelivery> {
  webhooksFor(deps, context);
  const { ledger } = deps;
  const { row, version } = await present(deps, context, id);
  if (row.state === 'disabled')
    throw new HttpProblem('state-conflict', 'The endpoint is disabled; enable it first.');
  await noteChange(deps, context, 'webhook.test', id);
  const delivery = await createDelivery(
    ledger,
    {
      tenant: row.tenant,
      webhookId: id,
      originId: ledger.newId(),
      event: {
        type: 'webhook.test',
        timestamp: ledger.clock().toISOString(),
        data: { kind: 'webhook', id, version },
      },
    },
    context.signal,
  );
  return renderDelivery(delivery);
}

export async function showDeliveries(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
  query: unknown,
): Promise<Page<WebhookDelivery>> {
  webhooksFor(deps, context);
  const { limit, cursor } = pageQuerySchema.parse(query);
  const { tenant } = context.caller;
  await present(deps, context, id);
  const list = `webhooks/${id}/deliveries`;
  const olderThan = cursor === undefined ? undefined : deps.cursors.decode(tenant, list, cursor);
  const page = await listDeliveries(deps.ledger, tenant, id, { limit, olderThan }, context.signal);
  return {
    data: page.rows.map(({ row }) => renderDelivery(row)),
    nextCursor: page.olderThan === null ? null : deps.cursors.encode(tenant, list, page.olderThan),
  };
}

async function present(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  id: string,
): Promise<Versioned<WebhookRow>> {
  const found = await readWebhook(deps.ledger, caller.tenant, id, signal);
  if (!found) throw notFound();
  return found;
}
