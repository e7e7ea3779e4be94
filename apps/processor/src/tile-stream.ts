/** Tiles on their way from a synchronous producer to a store that writes them one by one. */
export interface TileStream {
  push(tile: Uint8Array): void;
  /** Resolves when all that was pushed has been taken; rejects when the reader has failed. */
  drained(): Promise<void>;
  end(): void;
  /** The reader has failed: whoever waits to go on learns why. */
  fail(error: unknown): void;
  readonly tiles: AsyncIterable<Uint8Array>;
}

export function createTileStream(): TileStream {
  const waiting: Uint8Array[] = [];
  let isEnded = false;
  let failure: { error: unknown } | null = null;
  let wakeReader = () => {};
  let wakeWriter = () => {};

  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = waiting.shift();
      if (next) {
        yield next;
        continue;
      }
      wakeWriter();
      if (isEnded) return;
      await new Promise<void>((resolve) => {
        wakeReader = resolve;
      });
    }
  }

  return {
    push(tile) {
      waiting.push(tile);
      wakeReader();
    },
    async drained() {
      while (waiting.length > 0 && !failure) {
        await new Promise<void>((resolve) => {
          wakeWriter = resolve;
        });
      }
      if (failure) throw failure.error;
    },
    end() {
      isEnded = true;
      wakeReader();
    },
    fail(error) {
      failure ??= { error };
      wakeWriter();
    },
    tiles: read(),
  };
}
