import { randomUUID } from 'node:crypto';
import type { Webhook, WebhookDelivery, WebhookWithSecret } from '@edf-pipeline/contracts';
import { webhookEventTypeSchema } from '@edf-pipeline/contracts';
import type { Command } from 'commander';
import { UsageError } from '../exit-code.ts';
import { formatInstant, tableLines } from '../format.ts';
import { wholeNumber, withConnection } from '../options.ts';
import { collectPages } from '../pages.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

const ID = ['<id>', 'whk_…'] as const;

/** `edf webhooks`: endpoints that are told of events, and what was sent to them. */
export function addWebhooksCommand(program: Command, shell: Shell): void {
  const webhooks = program.command('webhooks').description('endpoints that are told of events (role owner)');
  addMaking(webhooks, shell);
  addLooking(webhooks, shell);
  addChanging(webhooks, shell);
}

function addMaking(webhooks: Command, shell: Shell): void {
  withConnection(webhooks.command('add'))
    .description('have an endpoint told of events; shows its secret, once')
    .argument('<endpoint>', 'https://…')
    .requiredOption('--events <list>', `separated by commas: ${webhookEventTypeSchema.options.join(', ')}`)
    .option('--json', 'the endpoint on one line, with its secret')
    .action(async (endpoint: string, flags) => {
      const { client } = connect(shell, flags);
      const body = { url: endpoint, events: eventsFrom(flags.events) };
      const made = await client.webhooks.create(body, randomUUID(), { signal: shell.signal });
      showWithSecret(shell, flags, made);
    });
  withConnection(webhooks.command('rotate'))
    .description('make a new secret and show it, once; the old one signs as well for a day')
    .argument(...ID)
    .option('--json', 'the endpoint on one line, with its secret')
    .action(async (id: string, flags) => {
      const { client } = connect(shell, flags);
      showWithSecret(shell, flags, await client.webhooks.rotateSecret(idFrom(id), { signal: shell.signal }));
    });
}

function addLooking(webhooks: Command, shell: Shell): void {
  withConnection(webhooks.command('ls'))
    .description('list endpoints, oldest first')
    .option('--json', 'one object a line')
    .action(async (flags) => {
      const found = await connect(shell, flags).client.webhooks.list({ signal: shell.signal });
      if (flags.json) return found.forEach((webhook) => shell.output.json(webhook));
      if (found.length === 0) shell.output.note('no endpoints yet  next: edf webhooks add URL --events LIST');
      for (const line of tableLines(found.map(webhookRow))) shell.output.line(line);
    });
  withConnection(webhooks.command('deliveries'))
    .description('list what was sent to an endpoint and what is on its way, newest first')
    .argument(...ID)
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 1_000_000), 50)
    .option('--json', 'one object a line')
    .action(async (id: string, flags) => {
      const { client } = connect(shell, flags);
      const call = { signal: shell.signal };
      const webhookId = idFrom(id);
      const found = await collectPages(
        (query) => client.webhooks.listDeliveries(webhookId, query, call),
        flags.limit,
      );
      if (flags.json) return found.forEach((delivery) => shell.output.json(delivery));
      if (found.length === 0) shell.output.note(`nothing was sent yet  next: edf webhooks test ${id}`);
      for (const line of tableLines(found.map(deliveryRow))) shell.output.line(line);
    });
}

function addChanging(webhooks: Command, shell: Shell): void {
  withConnection(webhooks.command('rm'))
    .description('forget an endpoint; nothing more is sent to it')
    .argument(...ID)
    .option('--json', 'what was forgotten on one line')
    .action(async (id: string, flags) => {
      await connect(shell, flags).client.webhooks.remove(idFrom(id), { signal: shell.signal });
      if (flags.json) return shell.output.json({ id, status: 'deleted' });
      shell.output.line(`${id}  deleted  next: edf webhooks ls`);
    });
  withConnection(webhooks.command('enable'))
    .description('send to a disabled endpoint again, from now on')
    .argument(...ID)
    .option('--json', 'the endpoint on one line')
    .action(async (id: string, flags) => {
      const { client } = connect(shell, flags);
      const webhook = await client.webhooks.enable(idFrom(id), { signal: shell.signal });
      if (flags.json) return shell.output.json(webhook);
      for (const line of tableLines([webhookRow(webhook)])) shell.output.line(line);
    });
  withConnection(webhooks.command('test'))
    .description('send a webhook.test event to an endpoint')
    .argument(...ID)
    .option('--json', 'the delivery on one line')
    .action(async (id: string, flags) => {
      const { client } = connect(shell, flags);
      const delivery = await client.webhooks.test(idFrom(id), { signal: shell.signal });
      if (flags.json) return shell.output.json(delivery);
      shell.output.line(`${delivery.id}  on its way  next: edf webhooks deliveries ${id}`);
    });
}

function showWithSecret(shell: Shell, flags: { json?: boolean }, webhook: WebhookWithSecret): void {
  if (flags.json) return shell.output.json(webhook);
  for (const line of tableLines([webhookRow(webhook)])) shell.output.line(line);
  shell.output.line(`secret  ${webhook.secret}`);
  shell.output.note('keep the secret now: it is not shown again');
}

const webhookRow = (webhook: Webhook) => [
  webhook.id,
  webhook.state === 'disabled' ? `disabled: ${webhook.disabledReason}` : stateOf(webhook),
  webhook.events.join(','),
  webhook.url,
  `next: edf webhooks ${webhook.state === 'disabled' ? 'enable' : 'deliveries'} ${webhook.id}`,
];

const stateOf = ({ failuresInARow }: Webhook) =>
  failuresInARow === 0 ? 'active' : `active, failed ${failuresInARow} times in a row`;

const deliveryRow = (delivery: WebhookDelivery) => [
  delivery.id,
  formatInstant(delivery.createdAt),
  delivery.type,
  delivery.objectId,
  delivery.status,
  `${delivery.attempts} tries`,
  delivery.lastError === 'status' ? `status ${delivery.lastStatus}` : (delivery.lastError ?? ''),
  delivery.nextAt ? `again at ${formatInstant(delivery.nextAt)}` : '',
];

function eventsFrom(list: string) {
  const known = webhookEventTypeSchema.options;
  return list.split(',').map((given) => {
    const event = known.find((each) => each === given.trim());
    if (!event) throw new UsageError(`--events takes ${known.join(', ')}, not ${given.trim() || 'nothing'}`);
    return event;
  });
}

function idFrom(id: string): string {
  if (/^whk_[0-9A-Z]{26}$/.test(id)) return id;
  throw new UsageError(`${id} is no id of an endpoint (whk_…); edf webhooks ls shows them`);
}
