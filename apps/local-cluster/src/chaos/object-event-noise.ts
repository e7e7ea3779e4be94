import type { SQSClient } from '@aws-sdk/client-sqs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { between, oneOf } from '@edf-pipeline/service/seeded-random';

/** What reaches the queue of object events besides what the object store says once. */
export interface EventNoise {
  /** The same event again, some now and some much later, so that their order is nobody's. */
  again(tenant: string, uploadId: string): void;
  /** Something that no object store of ours has said. */
  nonsense(): void;
  readonly counts: Readonly<Record<string, number>>;
  /** Messages that nobody can read: only they may end in the dead-letter queue. */
  readonly unreadable: ReadonlySet<string>;
  /** Sends what still waits; resolves when all is sent. */
  flush(): Promise<void>;
}

export function createEventNoise(options: {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly bucket: string;
  readonly random: () => number;
}): EventNoise {
  const { sqs, queueUrl, bucket, random } = options;
  const counts: Record<string, number> = {};
  const unreadable = new Set<string>();
  const waiting = new Set<{ timer: NodeJS.Timeout; body: string }>();
  const sending = new Set<Promise<unknown>>();

  const send = (body: string) => {
    const sent: Promise<unknown> = sqs
      .send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }))
      .finally(() => sending.delete(sent));
    sending.add(sent);
  };
  const sendLater = (body: string, seconds: number) => {
    const entry = {
      body,
      timer: setTimeout(() => {
        waiting.delete(entry);
        send(body);
      }, seconds * 1000),
    };
    waiting.add(entry);
  };
  const count = (kind: string) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  const sourceKey = (tenant: string, uploadId: string) => `source/${tenant}/${uploadId}/source.edf`;

  const kinds: readonly (readonly [string, () => string])[] = [
    ['not JSON', () => `<Error>${random()}</Error>`],
    ['another shape', () => JSON.stringify({ Records: [{ eventSource: 'aws:s3', nonce: random() }] })],
    ['huge', () => `${random()}${'x'.repeat(250_000)}`],
    ['bad encoding', () => eventOf(bucket, '%E0%A4%A', `v-${random()}`)],
    ['test event', () => JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket })],
    ['foreign bucket', () => eventOf('somebody-else', sourceKey('lab-1', unknownUpload(random)), 'v')],
    ['nobody’s upload', () => eventOf(bucket, sourceKey('lab-1', unknownUpload(random)), 'v')],
    ['odd key', () => eventOf(bucket, 'source/lab-1/a+b%20%2B%C3%BC%E2%82%AC/source.edf', 'v')],
  ];
  const unreadableKinds = new Set(['not JSON', 'another shape', 'huge', 'bad encoding']);

  return {
    again(tenant, uploadId) {
      const body = eventOf(bucket, sourceKey(tenant, uploadId), 'of-no-version');
      count('duplicate');
      sendLater(body, random() < 0.5 ? 0 : between(random, 0.5, 20));
    },
    nonsense() {
      const [kind, make] = oneOf(random, kinds);
      const body = make();
      count(kind);
      if (unreadableKinds.has(kind)) unreadable.add(body);
      send(body);
    },
    counts,
    unreadable,
    async flush() {
      for (const { timer, body } of waiting) {
        clearTimeout(timer);
        send(body);
      }
      waiting.clear();
      await Promise.all(sending);
    },
  };
}

const eventOf = (bucket: string, encodedKey: string, versionId: string) =>
  JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: bucket }, object: { key: encodedKey, size: 1, versionId } },
      },
    ],
  });

const unknownUpload = (random: () => number) =>
  `upl_${Array.from({ length: 26 }, () => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Math.floor(random() * 32)]).join('')}`;
