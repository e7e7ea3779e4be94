import { admitJobs } from '../../admit.ts';
import { claimRange } from '../../claim.ts';
import { commitResult } from '../../commit.ts';
import { createUpload } from '../../create-upload.ts';
import { markDispatched } from '../../dispatch.ts';
import { finalizeUpload } from '../../finalize-upload.ts';
import { heartbeat } from '../../heartbeat.ts';
import type { LedgerStore } from '../../ledger-store.ts';
import { relayOutbox } from '../../outbox.ts';
import { contentIdFor } from '../../test-support/memory-objects.ts';
import { MiB, newUpload, resultOf, sendBytes } from '../../test-support/scenes.ts';
import { createWorld } from '../../test-support/world.ts';
import { touchUpload } from '../../touch-upload.ts';

/**
 * One recording from its upload to its result, with values as long as real ones are; `onVerb` hears of each verb when
 * it is done. In parts: it is touched when the parts are signed, and verifying while they are put together.
 */
export async function liveRecording(
  store: LedgerStore,
  isInParts: boolean,
  onVerb: (verb: string) => void,
): Promise<void> {
  const world = createWorld(store, { random: () => 0.5 });
  const { ledger, clock } = world;
  const tenant = 'university-hospital-1';
  const byteLength = isInParts ? 100 * MiB : 1 * MiB;
  const input = newUpload(world, {
    tenant,
    byteLength,
    keyHash: 'k'.repeat(64),
    requestHash: 'r'.repeat(64),
    sealedFileName: 's'.repeat(90),
    declaredContentId: contentIdFor('bytes', byteLength),
    preflight: {
      variant: 'EDF+C',
      signalCount: 20,
      durationSeconds: 28_830,
      expectedByteLength: byteLength,
      findings: [],
      estimate: { tier: 'small', seconds: 2 },
    },
  });
  const created = await createUpload(ledger, input);
  if (created.outcome !== 'created') throw new Error(created.outcome);
  const { upload } = created;
  onVerb('create upload');

  clock.advance(1);
  if (isInParts) {
    await touchUpload(ledger, tenant, upload.id);
    onVerb('touch: parts signed');
  }
  clock.advance(20);
  sendBytes(world, upload, 'bytes');
  const objects: typeof world.objects = {
    ...world.objects,
    completeMultipart: async (...args) => {
      // It takes its time, so that what follows is another instant.
      clock.advance(0.2);
      await world.objects.completeMultipart(...args);
    },
  };
  await finalizeUpload({ ...world.deps, objects }, tenant, upload.id, true);
  onVerb(isInParts ? 'complete: verifying, accept' : 'complete: accept');

  clock.advance(1);
  const [work] = await admitJobs(ledger, 'small', 1);
  if (!work) throw new Error('nothing was admitted');
  onVerb('admit');
  clock.advance(0.02);
  await markDispatched(ledger, work, `bullmq:small:${work.jobId}-d1`);
  onVerb('dispatch');
  clock.advance(1);
  const claim = await claimRange(ledger, { ...work, range: 0 }, 'edf-processor-small-7d9f8c6b54-x2x9k-1');
  if (claim.outcome !== 'claimed') throw new Error(claim.reason);
  onVerb('claim');
  for (const [stage, doneBytes] of [
    ['analysing', byteLength / 2],
    ['writing', byteLength],
  ] as const) {
    clock.advance(10);
    await heartbeat(ledger, claim.lease, { stage, doneBytes, totalBytes: byteLength });
    onVerb('heartbeat');
  }
  clock.advance(1);
  const result = { ...resultOf(claim.lease), manifestSha256: 'a'.repeat(64) };
  await commitResult(ledger, claim.lease, upload.recordingId, result);
  onVerb('commit');
  await relayOutbox(ledger, async () => {});
  onVerb('outbox told');
}
