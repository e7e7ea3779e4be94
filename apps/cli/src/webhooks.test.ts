import type { Webhook, WebhookDelivery } from '@edf-pipeline/contracts';
import { startFakeServer } from '@edf-pipeline/uploader/fake-server';
import type { FakeServer } from '@edf-pipeline/uploader/fake-server';
import { edfProgram } from './test-support/edf-program.ts';
import type { EdfProgram } from './test-support/edf-program.ts';

const id = `whk_01${'A'.repeat(24)}`;
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const webhook: Webhook = {
  id,
  url: 'https://hooks.example.org/\u001b[2J',
  events: ['job.failed', 'job.succeeded'],
  state: 'active',
  disabledReason: null,
  failuresInARow: 0,
  previousSecretsUntil: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  version: 1,
};
const delivery: WebhookDelivery = {
  id: `whd_01${'B'.repeat(24)}`,
  webhookId: id,
  type: 'job.succeeded',
  objectId: `job_01${'C'.repeat(24)}`,
  status: 'pending',
  attempts: 2,
  lastStatus: 503,
  lastError: 'status',
  nextAt: '2026-01-01T00:00:20.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
};

let server: FakeServer;
let edf: EdfProgram;
let asked: string[] = [];
/** What the server answers to a method and path. */
let answers: Record<string, unknown> = {};

beforeEach(async () => {
  asked = [];
  server = await startFakeServer();
  server.react = ({ method, path }) => {
    asked.push(`${method} ${path}`);
    const body = answers[`${method} ${path.split('?')[0]}`];
    return body === undefined ? null : { status: 200, body: JSON.stringify(body) };
  };
  edf = await edfProgram({ EDF_URL: server.url, EDF_TOKEN: server.token });
});
afterEach(async () => {
  await server.close();
  await edf.remove();
});

test('webhooks add shows the secret once, on stdout', async () => {
  answers = { 'POST /v1/webhooks': { ...webhook, secret } };
  const { code, stdout, stderr } = await edf.run(
    'webhooks',
    'add',
    'https://hooks.example.org/',
    '--events',
    'job.succeeded, job.failed',
  );

  expect([code, asked]).toEqual([0, ['POST /v1/webhooks']]);
  expect(stdout).toContain(`secret  ${secret}`);
  expect(stderr).toContain('not shown again');
});

test('webhooks add with an event that there is not says which there are, and asks nobody', async () => {
  const { code, stderr } = await edf.run('webhooks', 'add', 'https://a.example/', '--events', 'job.done');

  expect([code, asked]).toEqual([2, []]);
  expect(stderr).toContain('job.succeeded');
});

test('webhooks ls shows state and what to do next, and no control character', async () => {
  const disabled = { ...webhook, state: 'disabled', disabledReason: 'gone' };
  answers = { 'GET /v1/webhooks': { data: [webhook, disabled] } };
  const { stdout } = await edf.run('webhooks', 'ls');

  expect(stdout).toContain('\\u001b[2J');
  expect(stdout).toMatch(new RegExp(`active .*next: edf webhooks deliveries ${id}`));
  expect(stdout).toMatch(new RegExp(`disabled: gone .*next: edf webhooks enable ${id}`));
  expect((await edf.run('webhooks', 'ls', '--json')).json()).toEqual([webhook, disabled]);
});

test('webhooks deliveries shows status, tries and when the next one is', async () => {
  answers = { [`GET /v1/webhooks/${id}/deliveries`]: { data: [delivery], nextCursor: null } };
  const { stdout } = await edf.run('webhooks', 'deliveries', id);

  expect(stdout).toMatch(
    /job\.succeeded +job_\w+ +pending +2 tries +status 503 +again at 2026-01-01 05:45:20 \+05:45/,
  );
});

test('webhooks rotate, enable, test and rm do what they say', async () => {
  const path = `/v1/webhooks/${id}`;
  answers = {
    [`POST ${path}/rotate-secret`]: { ...webhook, secret },
    [`POST ${path}/enable`]: webhook,
    [`POST ${path}/test`]: delivery,
    [`DELETE ${path}`]: {},
  };

  expect((await edf.run('webhooks', 'rotate', id)).stdout).toContain(secret);
  expect((await edf.run('webhooks', 'enable', id)).stdout).toContain('active');
  expect((await edf.run('webhooks', 'test', id)).stdout).toContain(delivery.id);
  expect((await edf.run('webhooks', 'rm', id)).stdout).toContain('deleted');
  expect(asked).toHaveLength(4);
});

test('webhooks with something that is no id ends with 2 and asks nobody', async () => {
  for (const command of ['rotate', 'enable', 'test', 'rm', 'deliveries']) {
    const { code, stderr } = await edf.run('webhooks', command, 'upl_1');
    expect([code, stderr]).toEqual([2, expect.stringContaining('edf webhooks ls')]);
  }
  expect(asked).toEqual([]);
});
