import type { OutboxRow, Row } from '@edf-pipeline/ledger';
import type { Effect } from './history.ts';
import type { Rows } from './rows-by-kind.ts';
import type { Violation } from './violation.ts';
import { when } from './violation.ts';

/**
 * I4: whoever asked to be told of an event is told at least once, whatever was forgotten on the way; I1: every
 * delivery has come to its end, and one that is said to be delivered was posted.
 */
export function checkWebhooks({ webhook, delivery }: Rows, effects: readonly Effect[]): Violation[] {
  const posts = effects.filter((effect) => effect.kind === 'posted');
  const told = new Set(posts.map(({ webhookId, type, objectId }) => `${webhookId} ${type} ${objectId}`));
  const posted = new Set(posts.map(({ id }) => id));
  return [
    ...newsIn(effects).flatMap(({ tenant, type, objectId }) =>
      webhook
        .filter((endpoint) => endpoint.tenant === tenant && endpoint.events.includes(type))
        .flatMap(({ id }) =>
          when(!told.has(`${id} ${type} ${objectId}`), 'I4', objectId, `${id} was never told of ${type}`),
        ),
    ),
    ...delivery.flatMap(({ id, status }) => [
      ...when(status !== 'delivered', 'I1', id, `is ${status} though its endpoint takes everything`),
      ...when(
        status === 'delivered' && !posted.has(id),
        'I4',
        id,
        'is said to be delivered and was not posted',
      ),
    ]),
  ];
}

/** Everything that was ever put into the outbox. */
function newsIn(effects: readonly Effect[]): OutboxRow[] {
  return effects.flatMap((effect) =>
    effect.kind === 'write'
      ? effect.changes.flatMap(({ before, after }) => {
          const row = after?.data as Row | undefined;
          return before === null && row?.kind === 'outbox' ? [row] : [];
        })
      : [],
  );
}
