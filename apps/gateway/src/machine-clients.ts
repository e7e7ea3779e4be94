/** Whom an app client acts for that signs in by itself. */
export interface MachineClient {
  readonly tenant: string;
  readonly roles: readonly string[];
}

export interface MachineClientsOptions {
  /** What the ledger says of an app client. */
  readonly lookUp: (clientId: string) => Promise<MachineClient | null>;
  readonly clock: () => Date;
  /** What an operator has changed is known after so long (and after what the memory of callers adds to it). */
  readonly seconds?: number;
  readonly maxRemembered?: number;
}

/**
 * Looks app clients up, each at most once in a while, also when it acts for nobody. Only clients of the user pool get
 * here: their tokens have been verified. A question that failed is not remembered.
 */
export function createMachineClients(
  options: MachineClientsOptions,
): (clientId: string) => Promise<MachineClient | null> {
  const { lookUp, clock, seconds = 30, maxRemembered = 1_000 } = options;
  const known = new Map<string, { readonly until: number; readonly answer: Promise<MachineClient | null> }>();
  return (clientId) => {
    const now = clock().getTime();
    const remembered = known.get(clientId);
    if (remembered && now < remembered.until) return remembered.answer;
    const answer = lookUp(clientId);
    const entry = { until: now + seconds * 1000, answer };
    known.delete(clientId);
    known.set(clientId, entry);
    answer.catch(() => known.get(clientId) === entry && known.delete(clientId));
    const oldest = known.keys().next();
    if (known.size > maxRemembered && !oldest.done) known.delete(oldest.value);
    return answer;
  };
}
