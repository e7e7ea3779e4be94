import { setTimeout as delay } from 'node:timers/promises';
import type { Upload } from '@edf-pipeline/contracts';
import type { Finalized } from '@edf-pipeline/ledger';
import { endUpload, finalizeUpload, readUpload } from '@edf-pipeline/ledger';
import { isStorageError } from '@edf-pipeline/storage';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteChange } from './note-change.ts';
import { HttpProblem, notFound } from './problem.ts';
import { renderUpload } from './render.ts';

/**
 * All parts are sent. Putting a large object together can take minutes: after `completeSeconds` the answer is 202,
 * and what is left is finished behind the scenes (by this process, or by the sweep if it ends).
 */
export async function completeUpload(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  uploadId: string,
): Promise<{ status: 200 | 202; upload: Upload }> {
  const { ledger, store, poolFor } = deps;
  const finalizing = finalizeUpload({ ledger, objects: store, poolFor }, caller.tenant, uploadId, true).catch(
    explain,
  );
  const patience = new AbortController();
  const waiting = (deps.pause ?? realPause)(deps.settings.completeSeconds * 1000, patience.signal);
  const tooLong = () => 'too-long' as const;
  const first = await Promise.race([finalizing, waiting.then(tooLong, tooLong)]);
  patience.abort();
  if (first !== 'too-long') return answer(deps, first);

  finalizing.catch((error: unknown) =>
    deps.logger.warn('An upload could not be completed yet; the sweep tries again', { uploadId, error }),
  );
  const upload = await readUpload(ledger, caller.tenant, uploadId, signal);
  if (!upload) throw notFound();
  return { status: 202, upload: renderUpload(deps.seal, upload) };
}

const realPause = (milliseconds: number, signal: AbortSignal) => delay(milliseconds, undefined, { signal });

function answer(deps: GatewayDeps, finalized: Finalized): { status: 200; upload: Upload } {
  if (finalized.outcome === 'not-found') throw notFound();
  if (finalized.outcome === 'incomplete') {
    const missing = finalized.missingParts;
    const named = missing.slice(0, 20).join(', ') + (missing.length > 20 ? ' …' : '');
    throw new HttpProblem(
      'parts-missing',
      `Parts have not arrived, or not in full: ${named}. Send them and complete again.`,
      {
        errors: missing
          .slice(0, 100)
          .map((part) => ({ pointer: `#/parts/${part}`, detail: 'has not arrived in full' })),
      },
    );
  }
  const { upload: row, version } = finalized;
  if (row.status === 'aborted' || row.status === 'expired') {
    throw new HttpProblem('upload-ended', `This upload is ${row.status}; announce the file again.`);
  }
  return { status: 200, upload: renderUpload(deps.seal, { row, version }) };
}

function explain(error: unknown): never {
  if (isStorageError(error, 'part-too-small') || isStorageError(error, 'part-mismatch')) {
    throw new HttpProblem('parts-missing', `The parts do not make up the declared file: ${error.message}`);
  }
  throw error;
}

/** Gives an upload up; what has arrived is deleted by the sweep. */
export async function abortUpload(
  deps: GatewayDeps,
  context: RequestContext,
  uploadId: string,
): Promise<void> {
  const { caller, signal } = context;
  if (!(await readUpload(deps.ledger, caller.tenant, uploadId, signal))) throw notFound();
  await noteChange(deps, context, 'upload.abort', uploadId);
  const ended = await endUpload(deps.ledger, caller.tenant, uploadId, 'aborted', null, signal);
  if (ended.outcome === 'not-found') throw notFound();
  if (ended.outcome === 'ended' && ended.upload.status === 'completed') {
    throw new HttpProblem('state-conflict', 'This upload is complete; delete the recording instead.');
  }
}
