import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { webhookEventSchema } from '@edf-pipeline/contracts';
import { defaultWebhookSchedule } from '@edf-pipeline/ledger';
import { deliverWebhook } from './deliver-webhook.ts';
import { SECRET, createWebhookWorld } from './test-support/webhook-world.ts';
import { defaultWebhookLimits } from './webhook-sender.ts';

(import.meta as unknown as { jest: { setTimeout(milliseconds: number): void } }).jest.setTimeout(30_000);

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/webhooks.md'), 'utf8');
const blockOf = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? '';

const folder = mkdtempSync(path.join(os.tmpdir(), 'webhook-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The example of the page as a process of its own, and what it says. */
async function startExample(program: string, file: string, code: string) {
  const script = path.join(folder, file);
  writeFileSync(script, code);
  const env = { PATH: process.env.PATH, PORT: '0', WEBHOOK_SECRET: SECRET };
  const child = spawn(program, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  let wake = () => {};
  child.stdout.on('data', (chunk) => {
    said += chunk;
    wake();
  });
  child.on('exit', () => wake());
  const until = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(said);
      if (found) return found[1] ?? found[0];
      if (child.exitCode !== null) throw new Error(`the example has ended: ${said}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const port = await until(/listening on (\d+)/);
  return { url: `http://127.0.0.1:${port}/`, until, said: () => said, child };
}

describe.each([
  ['Node', process.execPath, 'endpoint.mjs', 'js'],
  ['Python', 'python3', 'endpoint.py', 'python'],
])('the example in %s', (_name, program, file, language) => {
  it('takes what we send, deals with it once, and refuses what is forged', async () => {
    const example = await startExample(program, file, blockOf(language));
    try {
      const world = createWebhookWorld();
      const genuine = await world.onItsWay(await world.endpoint(example.url));
      expect(await deliverWebhook(world.deps, genuine)).toBe('delivered');
      expect(await example.until(/job\.succeeded (job_\w+)/)).toBe(genuine.event.data.id);

      const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
      const forged = await world.onItsWay(await world.endpoint(example.url, { secret }));
      expect(await deliverWebhook(world.deps, forged)).toBe('again');
      expect((await world.now(forged)).lastStatus).toBe(401);

      // Of long ago: recorded and sent again by somebody.
      world.advance(-301);
      const old = createWebhookWorld({ ledger: world.deps.ledger });
      const replayed = await world.onItsWay(await world.endpoint(example.url));
      expect(await deliverWebhook(old.deps, replayed)).toBe('again');
      expect(example.said().match(/job\.succeeded/g)).toHaveLength(1);
    } finally {
      example.child.kill();
    }
  });
});

describe('the page about webhooks', () => {
  it('shows an event as it is', () => {
    const example: unknown = JSON.parse(blockOf('json'));

    expect(webhookEventSchema.parse(example)).toEqual(example);
  });

  it('says the numbers that hold', () => {
    const { maxAttempts, maxFailuresInARow, failingSeconds, keptSeconds } = defaultWebhookSchedule;

    expect(page).toContain(`${maxAttempts} times in all`);
    expect(page).toContain(`${maxFailuresInARow} failures in a row`);
    expect([failingSeconds, keptSeconds]).toEqual([86_400, 30 * 86_400]);
    expect(page).toContain('listed as such for 30 days');
    expect([defaultWebhookLimits.perEndpoint, defaultWebhookLimits.perTenant]).toEqual([4, 8]);
    expect(page.replace(/\s+/g, ' ')).toContain(
      'Each dispatcher has at most four requests under way to an endpoint, and eight to those of an organisation',
    );
  });
});
