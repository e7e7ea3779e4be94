import { createHash } from 'node:crypto';
import type { WebhookWithSecret } from '@edf-pipeline/contracts';
import { createWebhookSchema } from '@edf-pipeline/contracts';
import type { WebhookRow } from '@edf-pipeline/ledger';
import { MAX_WEBHOOKS, createWebhook, listWebhooks } from '@edf-pipeline/ledger';
import { TargetRefused } from '@edf-pipeline/service';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { webhooksFor } from './manage-webhooks.ts';
import { noteChange } from './note-change.ts';
import { HttpProblem } from './problem.ts';
import { renderWebhookWithSecret } from './render-webhook.ts';
import type { Webhooks } from './webhooks.ts';

export interface MadeWebhook {
  readonly status: 200 | 201;
  readonly webhook: WebhookWithSecret;
}

/** Makes an endpoint. Its id follows from the Idempotency-Key, so that asking twice makes one and shows its secret again. */
export async function makeWebhook(
  deps: GatewayDeps,
  context: RequestContext,
  idempotencyKey: string | undefined,
  body: unknown,
): Promise<MadeWebhook> {
  const webhooks = webhooksFor(deps, context);
  const { caller, signal } = context;
  if (!idempotencyKey || idempotencyKey.length > 255) {
    throw new HttpProblem(
      'idempotency-key-required',
      'Send an Idempotency-Key header of 1 to 255 characters, new for each endpoint.',
    );
  }
  const { events, url: given } = createWebhookSchema.parse(body);
  const { tenant } = caller;
  const id = webhookIdFor(tenant, idempotencyKey);
  const url = await checkedUrl(webhooks, given);
  if (!(await isThere(deps, tenant, id, signal))) await noteChange(deps, context, 'webhook.create', id);
  const sealedSecret = webhooks.seal.seal(tenant, webhooks.newSecret());
  const made = await createWebhook(deps.ledger, { tenant, id, url, events, sealedSecret }, signal);
  if (!made.isNew) assertSameRequest(deps, made.row, url, events);
  return {
    status: made.isNew ? 201 : 200,
    webhook: renderWebhookWithSecret(webhooks.seal, made, deps.ledger.clock()),
  };
}

function webhookIdFor(tenant: string, idempotencyKey: string): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const digest = createHash('sha256').update(`webhook\n${tenant}\n${idempotencyKey}`).digest();
  return `whk_${[...digest.subarray(0, 26)].map((byte) => alphabet[byte & 31]).join('')}`;
}

/** The address as it is kept: in one form, without what is never sent. */
async function checkedUrl(webhooks: Webhooks, given: string): Promise<string> {
  try {
    const { url } = await webhooks.guard.check(given);
    url.hash = '';
    return url.href;
  } catch (error) {
    if (!(error instanceof TargetRefused)) throw error;
    const detail = error.message;
    throw new HttpProblem('validation-failed', `url: ${detail}.`, {
      errors: [{ pointer: '#/url', detail }],
    });
  }
}

/** Whether the endpoint has been made before; refused when it has not and there is no room for it. */
async function isThere(
  { ledger }: GatewayDeps,
  tenant: string,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  const webhooks = await listWebhooks(ledger, tenant, signal);
  if (webhooks.some(({ row }) => row.id === id)) return true;
  if (webhooks.length < MAX_WEBHOOKS) return false;
  throw new HttpProblem(
    'state-conflict',
    `Your organisation has ${MAX_WEBHOOKS} endpoints, which is all it may have; delete one first.`,
  );
}

function assertSameRequest(
  { ledger }: GatewayDeps,
  row: WebhookRow,
  url: string,
  events: WebhookRow['events'],
): void {
  const ageSeconds = (ledger.clock().getTime() - new Date(row.createdAt).getTime()) / 1000;
  const isSame = row.url === url && row.events.join() === events.join();
  if (isSame && ageSeconds <= ledger.settings.idempotencySeconds) return;
  throw new HttpProblem(
    'idempotency-key-reused',
    'This Idempotency-Key came with another request before, or long ago; make a new key for each endpoint.',
  );
}
