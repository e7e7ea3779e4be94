/** Something that will happen, unless it is called off. */
export interface Scheduled {
  cancel(): void;
}

/** The only clock of a simulated world. It moves when nothing is left to do at its instant. */
export interface VirtualTime {
  /** Milliseconds since the world began. */
  now(): number;
  /** Runs `run` in so many milliseconds; what is due at the same instant runs in the order it was asked for. */
  after(milliseconds: number, run: () => void): Scheduled;
  /**
   * Lets time pass until `isOver` holds, nothing is left to happen, or it is `limit`. After each event everything
   * that waits on promises runs to its end: ordinary code acts within an instant.
   */
  run(isOver: () => boolean, limit: number): Promise<void>;
}

interface Event {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

export function createVirtualTime(): VirtualTime {
  const heap: Event[] = [];
  let now = 0;
  let order = 0;

  return {
    now: () => now,
    after(milliseconds, run) {
      const event: Event = { at: now + Math.max(0, milliseconds), order: order++, run };
      push(heap, event);
      return { cancel: () => void (event.run = null) };
    },
    async run(isOver, limit) {
      await settled();
      while (!isOver()) {
        const next = heap[0];
        if (!next || next.at > limit) return;
        pop(heap);
        if (!next.run) continue;
        now = next.at;
        next.run();
        await settled();
      }
    },
  };
}

/** Promise jobs run before the event loop turns: one turn later, all that could go on has gone on. */
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Event[], event: Event): void {
  let place = heap.length;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!isBefore(event, heap[parent]!)) break;
    heap[place] = heap[parent]!;
    place = parent;
  }
  heap[place] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = last;
}
