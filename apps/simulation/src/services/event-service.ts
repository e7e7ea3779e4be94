import type { VirtualTime } from '../virtual-time.ts';

export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes: { readonly ApproximateReceiveCount: string };
}

interface Message {
  readonly id: string;
  readonly body: string;
  visibleAt: number;
  receives: number;
  receipt: string;
}

/** What a standard SQS queue with a dead-letter queue does: every message at least once, in no order. */
export type EventService = ReturnType<typeof createEventService>;

const MAX_RECEIVES = 10;

export function createEventService(time: VirtualTime, onDeleted: (body: string) => void) {
  const messages = new Map<string, Message>();
  const deadLetters: string[] = [];
  let waiters: { wake: () => void }[] = [];
  let count = 0;

  const wake = () => {
    const woken = waiters;
    waiters = [];
    for (const waiter of woken) waiter.wake();
  };
  const visible = () => [...messages.values()].filter(({ visibleAt }) => visibleAt <= time.now());
  const byReceipt = (receipt: string | undefined) =>
    [...messages.values()].find((message) => message.receipt === receipt);

  return {
    send(body: string, delayMs = 0): void {
      const id = `message-${++count}`;
      messages.set(id, { id, body, visibleAt: time.now() + delayMs, receives: 0, receipt: '' });
      time.after(delayMs, wake);
    },
    receive(max: number, visibilitySeconds: number): ReceivedMessage[] {
      const received: ReceivedMessage[] = [];
      for (const message of visible().slice(0, max)) {
        message.receives += 1;
        if (message.receives > MAX_RECEIVES) {
          messages.delete(message.id);
          deadLetters.push(message.body);
          continue;
        }
        message.visibleAt = time.now() + visibilitySeconds * 1000;
        message.receipt = `${message.id}/${message.receives}`;
        time.after(visibilitySeconds * 1000, wake);
        received.push({
          MessageId: message.id,
          ReceiptHandle: message.receipt,
          Body: message.body,
          Attributes: { ApproximateReceiveCount: String(message.receives) },
        });
      }
      return received;
    },
    /** Calls back when there may be something to receive, or when the time is over. */
    wait(milliseconds: number, then: () => void): void {
      let isOver = false;
      const once = () => {
        if (isOver) return;
        isOver = true;
        timer.cancel();
        then();
      };
      const timer = time.after(milliseconds, once);
      if (visible().length > 0) time.after(0, once);
      else waiters.push({ wake: once });
    },
    remove(receipt: string | undefined): void {
      const message = byReceipt(receipt);
      if (!message || !messages.delete(message.id)) return;
      onDeleted(message.body);
    },
    hide(receipt: string | undefined, seconds: number): void {
      const message = byReceipt(receipt);
      if (!message) return;
      message.visibleAt = time.now() + seconds * 1000;
      time.after(seconds * 1000, wake);
    },
    deadLetters: () => deadLetters,
    size: () => messages.size,
    bodies: () => [...messages.values()].map(({ body }) => body),
  };
}
