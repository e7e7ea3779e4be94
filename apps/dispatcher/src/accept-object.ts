import { countSeenEvent, finalizeUpload, parseSourceKey } from '@edf-pipeline/ledger';
import type { DispatcherDeps } from './deps.ts';

export type AcceptedObject = 'accepted' | 'duplicate' | 'rejected' | 'incomplete' | 'unknown-upload' | 'foreign-key';

/**
 * A hint that an object has appeared: accepts its upload if it is one of ours. Hints may come twice, late, out of
 * order or not at all.
 */
export async function acceptObject(
  deps: DispatcherDeps,
  object: { key: string; versionId: string },
  signal?: AbortSignal,
): Promise<AcceptedObject> {
  const named = parseSourceKey(object.key);
  if (!named) return 'foreign-key';
  const timesSeen = await countSeenEvent(deps.ledger, object.key, object.versionId, signal);
  const finalized = await finalizeUpload(deps, named.tenant, named.uploadId, false, signal);
  switch (finalized.outcome) {
    case 'not-found':
      return 'unknown-upload';
    case 'incomplete':
      return 'incomplete';
    case 'ended':
      if (finalized.upload.status === 'rejected') return 'rejected';
      return timesSeen > 1 ? 'duplicate' : 'accepted';
  }
}
