import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookDelivery, WebhookWithSecret } from '@edf-pipeline/contracts';
import {
  webhookDeliverySchema,
  webhookEventSchema,
  webhookListSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from '@edf-pipeline/contracts';
import { target } from './config.ts';
import { bodyOf, call, eventually, problemOf } from './test-support/api.ts';
import { edfBytes } from './test-support/edf-bytes.ts';
import { endedJob, uploaded } from './test-support/uploads.ts';

const create = (url: string, key: string = randomUUID(), token?: string) =>
  call('POST', '/v1/webhooks', {
    token,
    headers: { 'idempotency-key': key },
    body: { url, events: ['upload.completed', 'job.succeeded'] },
  });

const made: string[] = [];
async function endpoint(url: string): Promise<WebhookWithSecret> {
  const webhook = bodyOf(await create(url), webhookWithSecretSchema, 201);
  made.push(webhook.id);
  return webhook;
}
afterEach(async () => {
  for (const id of made.splice(0)) await call('DELETE', `/v1/webhooks/${id}`);
});

async function deliveriesOf(id: string): Promise<WebhookDelivery[]> {
  const { text } = await call('GET', `/v1/webhooks/${id}/deliveries`);
  const { data } = JSON.parse(text) as { data: unknown[] };
  return data.map((delivery) => webhookDeliverySchema.parse(delivery));
}

// The product reaches a server of this test where it runs on this machine, and trusts it.
const isLocal = new URL(target.url).hostname === '127.0.0.1';
const testLocally = isLocal ? test : test.skip;

testLocally(
  'an endpoint is told, signed, of an upload and of its job, and shows what was sent',
  async () => {
    const received: { headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        received.push({ headers: request.headers, body });
        response.writeHead(204).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const { id, secret } = await endpoint(`http://127.0.0.1:${port}/hooks`);
      const { id: uploadId, jobId } = await uploaded(edfBytes(), 'canary-name.edf');
      expect((await endedJob(jobId)).status).toBe('succeeded');
      const about = (objectId: string) =>
        received.find(({ body }) => webhookEventSchema.parse(JSON.parse(body)).data.id === objectId);
      await eventually('both events', 40, async () => about(uploadId) && about(jobId));

      for (const { headers, body } of [about(uploadId)!, about(jobId)!]) {
        const { 'webhook-id': deliveryId, 'webhook-timestamp': timestamp } = headers;
        const signature = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
          .update(`${deliveryId}.${timestamp}.${body}`)
          .digest('base64');
        expect(headers['webhook-signature']).toBe(`v1,${signature}`);
        expect(body).not.toContain('canary');
      }
      const sent = await eventually('both noted', 20, async () => {
        const found = await deliveriesOf(id);
        return (
          [uploadId, jobId].every((objectId) =>
            found.some((each) => each.objectId === objectId && each.status === 'delivered'),
          ) && found
        );
      });
      expect(sent.every(({ webhookId, lastError }) => webhookId === id && lastError === null)).toBe(true);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
  120_000,
);

test('an endpoint at an address inside is refused in every form, and nothing is kept of it', async () => {
  const before = bodyOf(await call('GET', '/v1/webhooks'), webhookListSchema, 200).data.length;
  for (const url of [
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.169.254/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://[::ffff:169.254.169.254]/',
    'https://[fd00:ec2::254]/',
    'https://127.0.0.1/',
    'https://10.0.0.1/',
    'https://192.168.0.1:8443/',
    'https://me:secret@hooks.example.org/',
    'ftp://hooks.example.org/',
  ])
    expect(problemOf(await create(url), 'validation-failed').errors?.[0]?.pointer).toBe('#/url');

  expect(bodyOf(await call('GET', '/v1/webhooks'), webhookListSchema, 200).data).toHaveLength(before);
});

testLocally(
  'an endpoint belongs to its organisation, shows its secret once, and can be renewed and deleted',
  async () => {
    const { id, secret, ...rest } = await endpoint('http://127.0.0.1:9/hooks');
    expect(bodyOf(await call('GET', `/v1/webhooks/${id}`), webhookSchema, 200)).toEqual({ id, ...rest });
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
      ['POST', '/enable'],
      ['POST', '/test'],
      ['GET', '/deliveries'],
    ] as const)
      problemOf(await call(method, `/v1/webhooks/${id}${path}`, { token: target.otherToken }), 'not-found');

    const rotated = await call('POST', `/v1/webhooks/${id}/rotate-secret`);
    expect(bodyOf(rotated, webhookWithSecretSchema, 200).secret).not.toBe(secret);
    expect((await call('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
    problemOf(await call('GET', `/v1/webhooks/${id}`), 'not-found');
  },
);
