import { parseS3Notification } from './s3-notification.ts';

const record = (object: object, more: object = {}) => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  eventName: 'ObjectCreated:Put',
  s3: { bucket: { name: 'recordings' }, object },
  ...more,
});
const bodyOf = (...records: object[]) => JSON.stringify({ Records: records });

test('A notification gives bucket, decoded key and version of every created object', () => {
  const body = bodyOf(
    record({ key: 'source/acme/upl_1/source.edf', versionId: 'v7', size: 12 }),
    record({ key: 'a+b%2Bc%C3%A4', versionId: 'v8' }, { eventName: 'ObjectCreated:CompleteMultipartUpload' }),
  );

  expect(parseS3Notification(body)).toEqual({
    kind: 'objects',
    objects: [
      { bucket: 'recordings', key: 'source/acme/upl_1/source.edf', versionId: 'v7' },
      { bucket: 'recordings', key: 'a b+cä', versionId: 'v8' },
    ],
  });
});

test('An object of a bucket without versions has none', () => {
  const parsed = parseS3Notification(bodyOf(record({ key: 'k' })));

  expect(parsed).toEqual({ kind: 'objects', objects: [{ bucket: 'recordings', key: 'k', versionId: null }] });
});

test('The test event that S3 sends when notifications are set up asks for nothing', () => {
  const body = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'recordings' });

  expect(parseS3Notification(body)).toEqual({ kind: 'nothing-to-do', reason: 'test-event' });
});

test('Events about anything but creation ask for nothing', () => {
  const body = bodyOf(record({ key: 'k' }, { eventName: 'ObjectRemoved:Delete' }));

  expect(parseS3Notification(body)).toEqual({ kind: 'nothing-to-do', reason: 'other-event' });
});

test.each([
  ['no JSON', 'hello', 'not JSON'],
  ['JSON of another shape', '{"a":1}', 'not an S3 notification: Records invalid_type'],
  ['null', 'null', 'not an S3 notification: the whole invalid_type'],
  ['no records', '{"Records":[]}', 'not an S3 notification: Records too_small'],
  ['a record of another service', bodyOf({ ...record({ key: 'k' }), eventSource: 'aws:sns' }), /eventSource/],
  ['an empty key', bodyOf(record({ key: '' })), /Records\.0\.s3\.object\.key/],
  ['a broken percent sign', bodyOf(record({ key: 'a%zz' })), /not URL-encoded/],
  ['a body of two megabytes', `"${'x'.repeat(2 * 1024 * 1024)}"`, /longer than/],
])('A body with %s is unknown, and the reason quotes nothing of it', (_what, body, reason) => {
  const parsed = parseS3Notification(body);

  expect(parsed).toEqual({ kind: 'unknown', reason: expect.stringMatching(reason) as unknown });
});

test('Deeply nested and hostile JSON does no harm', () => {
  expect(parseS3Notification('['.repeat(100_000)).kind).toBe('unknown');
  expect(parseS3Notification('{"__proto__":{"Records":[]}}').kind).toBe('unknown');
});
