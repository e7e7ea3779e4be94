import { z } from 'zod';

/** One object that the store says has appeared. */
export interface AppearedObject {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  /** Null where the bucket is not versioned. */
  readonly versionId: string | null;
}

/** What a message of the queue says: objects that appeared, something known that needs nothing done, or nonsense. */
export type S3Notification =
  | { readonly kind: 'objects'; readonly objects: readonly AppearedObject[] }
  | { readonly kind: 'nothing-to-do'; readonly reason: 'test-event' | 'other-event' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** SQS takes messages of up to 1 MiB; the largest notification of S3 has a few kilobytes. */
const MAX_BODY_CHARACTERS = 1024 * 1024;

const testEventSchema = z.object({ Event: z.literal('s3:TestEvent') });

const recordSchema = z.object({
  eventSource: z.literal('aws:s3'),
  eventName: z.string(),
  s3: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({ key: z.string().min(1), versionId: z.string().min(1).optional() }),
  }),
});
const notificationSchema = z.object({ Records: z.array(recordSchema).min(1) });

/**
 * Reads the body of an SQS message as an S3 event notification. Never throws: what cannot be read is `unknown`, with
 * a reason that quotes nothing of it.
 *
 * Source: Amazon S3 User Guide, "Event message structure" (keys are URL-encoded, a space as `+`).
 */
export function parseS3Notification(body: string): S3Notification {
  if (body.length > MAX_BODY_CHARACTERS) return unknown('longer than a notification can be');
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return unknown('not JSON');
  }
  if (testEventSchema.safeParse(content).success) return { kind: 'nothing-to-do', reason: 'test-event' };
  const parsed = notificationSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue && issue.path.length > 0 ? issue.path.join('.') : 'the whole';
    return unknown(`not an S3 notification: ${place} ${issue?.code}`);
  }
  const created = parsed.data.Records.filter(({ eventName }) => /^(s3:)?ObjectCreated:/.test(eventName));
  if (created.length === 0) return { kind: 'nothing-to-do', reason: 'other-event' };
  const objects: AppearedObject[] = [];
  for (const { s3 } of created) {
    const key = decodedKey(s3.object.key);
    if (key === null) return unknown('a key that is not URL-encoded text');
    objects.push({ bucket: s3.bucket.name, key, versionId: s3.object.versionId ?? null });
  }
  return { kind: 'objects', objects };
}

const unknown = (reason: string): S3Notification => ({ kind: 'unknown', reason });

function decodedKey(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
