import type { Item, JobRow, RangeRow, RecordingRow, Row, UploadRow } from '@edf-pipeline/ledger';
import { carryOutPlan } from '../client.ts';
import type { Violation } from '../violation.ts';
import { checkInvariants } from '../check-invariants.ts';
import type { FinalState, Outcome } from '../final-state.ts';
import { finalStateOf } from '../final-state.ts';
import type { Effect, ItemChange } from '../history.ts';
import { contentOf } from '../services/recording-body.ts';
import { createUndisturbedWorld, manifestOfUndisturbed, planOf } from '../undisturbed.ts';

interface RowTypes {
  upload: UploadRow;
  recording: RecordingRow;
  job: JobRow;
  range: RangeRow;
}

/** How a world ended that nothing happened to: one recording and its result. Tests spoil it by hand. */
export async function soundOutcome(): Promise<Outcome> {
  const world = createUndisturbedWorld();
  const content = contentOf(1);
  await world.start();
  void carryOutPlan(world, planOf(content));
  await world.time.run(
    () => world.isQuiet() && world.services.ledger.nextDue() === null && world.time.now() > 1_000,
    3_600_000,
  );
  const manifest = await manifestOfUndisturbed(content);
  const final = finalStateOf(world, 0, () => manifest, true);
  return { final, effects: world.history.effects };
}

export const violationsOf = ({ final, effects }: Outcome): Violation[] => checkInvariants(final, effects);

/** With a row of a kind changed at the end. */
export function withRow<K extends keyof RowTypes>(
  { final, effects }: Outcome,
  kind: K,
  change: Partial<RowTypes[K]>,
): Outcome {
  const items = final.items.map((item): Item => {
    const row = item.data as Row;
    return row.kind === kind ? { ...item, data: { ...row, ...change } } : item;
  });
  return { final: { ...final, items }, effects };
}

export const withFinal = ({ final, effects }: Outcome, change: Partial<FinalState>): Outcome => ({
  final: { ...final, ...change },
  effects,
});

export const withEffect = ({ final, effects }: Outcome, effect: Effect): Outcome => ({
  final,
  effects: [...effects, effect],
});

/** With one more write, after the end: a row as `change` makes it. */
export function withWrite<K extends keyof RowTypes>(
  outcome: Outcome,
  kind: K,
  change: Partial<RowTypes[K]>,
  options: { readonly by?: string; readonly for?: string; readonly from?: Partial<RowTypes[K]> } = {},
): Outcome {
  const item = outcome.final.items.find(({ data }) => (data as Row).kind === kind);
  if (!item) throw new Error(`there is no ${kind}`);
  const row = item.data as RowTypes[K];
  const before = { ...item, data: { ...row, ...options.from } };
  const after = { ...item, version: item.version + 1, data: { ...before.data, ...change } };
  return withEffect(outcome, writeOf([{ before, after }], outcome, options));
}

function writeOf(
  changes: readonly ItemChange[],
  { final }: Outcome,
  { by = 'somebody', for: tenant = null }: { readonly by?: string; readonly for?: string | null },
): Effect {
  return { kind: 'write', at: final.endedAt, by, for: tenant, changes };
}
