import type { Item } from '@edf-pipeline/ledger';

/** One item that a transaction changed. Both sides are frozen. */
export interface ItemChange {
  readonly before: Item | null;
  readonly after: Item | null;
}

/**
 * What happened to the world outside the processes, in order. `at` is true time in milliseconds; `by` names a
 * process, which `for` a tenant did it, or null when it acts for all of them.
 */
export type Effect =
  | {
      readonly kind: 'write';
      readonly at: number;
      readonly by: string;
      readonly for: string | null;
      readonly changes: readonly ItemChange[];
    }
  | {
      readonly kind: 'object';
      readonly at: number;
      readonly by: string;
      readonly for: string | null;
      readonly op: 'read' | 'put' | 'delete';
      /** Key, or the prefix of all that was deleted. */
      readonly key: string;
    }
  /** A message of the queue of object events is gone for good; what had not become durable by then. */
  | {
      readonly kind: 'forgot';
      readonly at: number;
      readonly by: string;
      readonly unsettled: readonly string[];
    }
  /** A client was told which upload its request became. */
  | {
      readonly kind: 'answered';
      readonly at: number;
      readonly tenant: string;
      readonly request: string;
      readonly uploadId: string;
    }
  /** An endpoint of a tenant was sent an event; `id` is the delivery's. */
  | {
      readonly kind: 'posted';
      readonly at: number;
      readonly by: string;
      readonly id: string;
      readonly webhookId: string;
      readonly type: string;
      readonly objectId: string;
    }
  /** An entry of the outbox was told. */
  | { readonly kind: 'told'; readonly at: number; readonly id: string }
  /** Any other effect, for the trace: what was handed to an executor, who died. */
  | { readonly kind: 'other'; readonly at: number; readonly by: string; readonly what: string };

export interface History {
  readonly effects: readonly Effect[];
  add(effect: Effect): void;
  /** Of all effects in their order: two runs that differ anywhere differ here. */
  hash(): string;
}

export function createHistory(): History {
  const effects: Effect[] = [];
  // Two 32-bit FNV-1a sums over the lines, from different beginnings.
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  return {
    effects,
    add(effect) {
      effects.push(effect);
      const line = describeEffect(effect);
      for (let index = 0; index < line.length; index++) {
        const code = line.charCodeAt(index);
        low = Math.imul(low ^ code, 0x01000193);
        high = Math.imul(high ^ code, 0x01000193) + 1;
      }
    },
    hash: () => hex(low) + hex(high),
  };
}

const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');

/** One line for people and for the trace. */
export function describeEffect(effect: Effect): string {
  const at = (effect.at / 1000).toFixed(3).padStart(10);
  switch (effect.kind) {
    case 'write':
      return `${at} ${effect.by} wrote ${effect.changes.map(describeChange).join(' · ')}`;
    case 'object':
      return `${at} ${effect.by} object ${effect.op} ${effect.key}`;
    case 'forgot':
      return `${at} ${effect.by} deleted a message ${effect.unsettled.join(' ')}`;
    case 'answered':
      return `${at} ${effect.tenant} ${effect.request} is ${effect.uploadId}`;
    case 'told':
      return `${at} told ${effect.id}`;
    case 'posted':
      return `${at} ${effect.by} posted ${effect.type} of ${effect.objectId} to ${effect.webhookId}`;
    case 'other':
      return `${at} ${effect.by} ${effect.what}`;
  }
}

function describeChange({ before, after }: ItemChange): string {
  const item = after ?? before;
  if (!item) return 'nothing';
  const row = (after?.data ?? {}) as Record<string, unknown>;
  const shown = [
    'status',
    'phase',
    'dispatch',
    'epoch',
    'owner',
    'sequence',
    'attempts',
    'crashes',
    'evictions',
    'due',
  ]
    .filter((field) => row[field] !== undefined && row[field] !== null)
    .map((field) => `${field}=${String(row[field])}`);
  return `${item.pk} ${item.sk} v${after?.version ?? 'gone'} ${shown.join(' ')}`;
}
