import { acceptObject } from './accept-object.ts';
import type { DispatcherDeps } from './deps.ts';
import { parseS3Notification } from './s3-notification.ts';

/** What becomes of a message: forgotten, shown again soon, or left to come back until the queue puts it aside. */
export type MessageFate = 'delete' | 'retry' | 'leave';

/**
 * Acts on one message of the object events' queue. It may be forgotten only once every object in it has been durably
 * accepted, is known as a duplicate, is rejected with a reason, or is none of ours.
 *
 * @param bucket the only one whose events count
 */
export async function handleMessage(
  deps: DispatcherDeps,
  bucket: string,
  body: string,
  signal?: AbortSignal,
): Promise<MessageFate> {
  const notification = parseS3Notification(body);
  switch (notification.kind) {
    case 'unknown':
      deps.logger.error('A message is no object event; it is left for the dead-letter queue', {
        reason: notification.reason,
      });
      return 'leave';
    case 'nothing-to-do':
      deps.logger.info('A message asks for nothing', { reason: notification.reason });
      return 'delete';
    case 'objects': {
      let fate: MessageFate = 'delete';
      for (const object of notification.objects) {
        if (object.bucket !== bucket) {
          deps.logger.warn('An object event of another bucket was dropped', { bucket: object.bucket });
        } else if (!(await isSettled(deps, object.key, object.versionId, signal))) {
          fate = 'retry';
        }
      }
      return fate;
    }
  }
}

async function isSettled(
  deps: DispatcherDeps,
  key: string,
  versionId: string | null,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const outcome = await acceptObject(deps, { key, versionId: versionId ?? 'null' }, signal);
    if (outcome === 'unknown-upload' || outcome === 'foreign-key') {
      deps.logger.warn('An object belongs to no upload; its event was dropped', { outcome });
    }
    return outcome !== 'incomplete';
  } catch (error) {
    signal?.throwIfAborted();
    deps.logger.warn('An object event could not be acted on; it comes again', { error });
    return false;
  }
}
