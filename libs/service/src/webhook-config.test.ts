import { z } from 'zod';
import { loadConfig } from './config.ts';
import { createTenantSeal, createWebhookSeal } from './tenant-seal.ts';
import { webhookShape } from './webhook-config.ts';

const schema = z.object(webhookShape);
const key = Buffer.alloc(32, 7);

describe('the configuration of webhooks', () => {
  it('may be left out: then there are none', () => {
    expect(loadConfig(schema, {})).toEqual({ EDF_WEBHOOK_TRUSTED_ORIGINS: [] });
  });

  it('takes a key of 32 bytes and a list of origins', () => {
    const env = {
      EDF_WEBHOOK_KEY: key.toString('base64'),
      EDF_WEBHOOK_TRUSTED_ORIGINS: 'http://127.0.0.1:*, https://hooks.internal',
    };

    expect(loadConfig(schema, env)).toEqual({
      EDF_WEBHOOK_KEY: key,
      EDF_WEBHOOK_TRUSTED_ORIGINS: ['http://127.0.0.1:*', 'https://hooks.internal'],
    });
  });

  it.each([
    '*',
    'hooks.internal',
    'http://*',
    'http://a/path',
    'http://u@a',
    'http://a:*:*',
    ',',
    'http://a?b',
  ])('refuses %s as an origin to trust', (origins) => {
    expect(() => loadConfig(schema, { EDF_WEBHOOK_TRUSTED_ORIGINS: origins })).toThrow(
      'EDF_WEBHOOK_TRUSTED_ORIGINS: holds something other than origins',
    );
  });
});

describe('a seal', () => {
  it('does not open what was sealed for another purpose under the same key', () => {
    const sealed = createWebhookSeal(key).seal('acme', 'whsec_x');

    expect(createWebhookSeal(key).open('acme', sealed)).toBe('whsec_x');
    expect(createTenantSeal(key, 'file-name').open('acme', sealed)).toBeNull();
  });
});
