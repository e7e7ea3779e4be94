import { retry } from '@edf-pipeline/gateway/requests';
import type { JobRow, RecordingRow, Row } from '@edf-pipeline/ledger';
import { persist } from './client.ts';
import type { RecordingBody } from './services/recording-body.ts';
import type { World } from './world.ts';

const ROUNDS = 3;

/**
 * What an operator does when the trouble is over: has everything run again that failed for no fault of its file, such
 * as one whose workers were killed twice. It must succeed now. Answers how many jobs that were.
 */
export async function askForWhatFailed(world: World, limitMs: number): Promise<number> {
  const operator = world.person('operator');
  let count = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const failed = jobsThatFailedInnocently(world);
    if (failed.length === 0) break;
    count += failed.length;
    let open = failed.length;
    for (const { tenant, id } of failed) {
      const request = persist(world, operator, tenant, (deps, context) => retry(deps, context, id));
      void request.catch(() => undefined).then(() => (open -= 1));
    }
    await world.time.run(() => open === 0 && hasNoJobs(world), limitMs);
  }
  return count;
}

/** Every job has ended. */
export const hasNoJobs = (world: World) =>
  world.isQuiet() && rowsOf(world, 'job').every(({ phase }) => phase === 'done');

function rowsOf<K extends Row['kind']>(world: World, kind: K): Extract<Row, { kind: K }>[] {
  return world.services.ledger
    .items()
    .map(({ data }) => data as Row)
    .filter((row): row is Extract<Row, { kind: K }> => row.kind === kind);
}

function jobsThatFailedInnocently(world: World): JobRow[] {
  const available = new Set(
    rowsOf(world, 'recording')
      .filter(({ status }: RecordingRow) => status === 'available')
      .map(({ id }) => id),
  );
  const good = new Set(
    world.services.objects
      .versions()
      .filter(({ body }) => (body as Partial<RecordingBody>).content?.kind === 'good')
      .map(({ head }) => head.key),
  );
  return rowsOf(world, 'job').filter(
    ({ status, source, recordingId }) =>
      status === 'failed' && available.has(recordingId) && good.has(source.key),
  );
}
