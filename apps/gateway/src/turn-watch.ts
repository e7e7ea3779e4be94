export interface TurnWatch {
  /**
   * Notes a request in the present turn of the event loop. false: it waited for a long turn, as others did for a while,
   * and there are more behind it.
   */
  letIn(): boolean;
}

export interface TurnWatchOptions {
  /** A turn this long makes everybody wait this long. */
  readonly maxTurnMs: number;
  /** One long turn is a pause (garbage, a large answer); nothing but long turns for this time is overload. */
  readonly sustainedMs: number;
  /** So many of a turn are let in, however long it takes: on a slow machine few requests are no overload. */
  readonly minRequests: number;
  readonly now?: () => number;
  /** Calls back when all that was ready in this turn has been handled. */
  readonly atTurnEnd?: (callback: () => void) => void;
}

export const defaultTurnWatch: TurnWatchOptions = { maxTurnMs: 25, sustainedMs: 500, minRequests: 32 };

/**
 * Sees overload where the work is CPU: then requests wait in their sockets, unread, and none is in flight. All that are
 * ready are handled in one turn of the event loop, so its length is what each of them waits.
 */
export function watchTurns(options: TurnWatchOptions): TurnWatch {
  const { maxTurnMs, sustainedMs, minRequests } = options;
  const now = options.now ?? (() => performance.now());
  const atTurnEnd = options.atTurnEnd ?? ((callback) => void setImmediate(callback));
  let begunAt: number | null = null;
  let letInCount = 0;
  let longSince: number | null = null;

  const endTurn = () => {
    const isLong = begunAt !== null && now() - begunAt >= maxTurnMs;
    longSince = isLong ? (longSince ?? begunAt) : null;
    begunAt = null;
  };

  return {
    letIn() {
      const at = now();
      if (begunAt === null) {
        begunAt = at;
        letInCount = 0;
        atTurnEnd(endTurn);
      }
      const isSustained = longSince !== null && at - longSince >= sustainedMs;
      if (isSustained && at - begunAt >= maxTurnMs && letInCount >= minRequests) return false;
      letInCount += 1;
      return true;
    },
  };
}
