import type { Redis } from 'ioredis';
import { rateLimitFields } from './rate-limit-fields.ts';
import type { RateLimitOptions } from './rate-limits.ts';
import { createRateLimits } from './rate-limits.ts';
import { costOfRequest } from './request-cost.ts';

const limits = (change: Partial<RateLimitOptions> = {}) =>
  createRateLimits({
    tenant: { units: 10, windowSeconds: 60 },
    subject: { units: 6, windowSeconds: 60 },
    address: { units: 2, windowSeconds: 60 },
    redis: null,
    ...change,
  });
const ann = { tenant: 'acme', subject: 'ann' };
const bob = { tenant: 'acme', subject: 'bob' };

describe('rate limits', () => {
  it('let a user through until its units are gone, and say when they come back', async () => {
    const rates = limits();
    const first = await rates.take(ann, 5);
    const second = await rates.take(ann, 5);

    expect(first).toEqual({
      standings: [
        { name: 'tenant', units: 10, windowSeconds: 60, remaining: 5, resetSeconds: 60 },
        { name: 'subject', units: 6, windowSeconds: 60, remaining: 1, resetSeconds: 60 },
      ],
      retryAfterSeconds: null,
    });
    expect(second.standings).toEqual([expect.objectContaining({ name: 'subject', remaining: 0 })]);
    expect(second.retryAfterSeconds).toBe(60);
  });

  it('take nothing from an organisation for what one of its users is refused', async () => {
    const rates = limits();
    for (let count = 0; count < 20; count++) await rates.take(ann, 6);

    expect((await rates.take(bob, 4)).retryAfterSeconds).toBeNull();
    expect((await rates.take({ tenant: 'acme', subject: 'eve' }, 1)).retryAfterSeconds).toBe(60);
  });

  it('know tenants and users apart, of whatever name', async () => {
    const rates = limits();
    await rates.take({ tenant: 'a', subject: 'b-c' }, 6);

    expect((await rates.take({ tenant: 'a-b', subject: 'c' }, 6)).retryAfterSeconds).toBeNull();
    expect((await rates.look({ tenant: 'a', subject: 'b-c' })).map(({ remaining }) => remaining)).toEqual([
      4, 0,
    ]);
  });

  it('stop listening to an address that keeps failing, and to the rest of its IPv6 network', async () => {
    const rates = limits();
    for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2']) await rates.noteStranger(address);

    expect((await rates.lookAtStranger('2001:db8:1:2::3')).retryAfterSeconds).toBe(60);
    expect((await rates.lookAtStranger('2001:db8:1:3::1')).retryAfterSeconds).toBeNull();
    expect((await rates.lookAtStranger('::ffff:192.0.2.1')).retryAfterSeconds).toBeNull();
  });

  it('count here while Redis fails, and ask it again only after a pause', async () => {
    let now = 0;
    let asked = 0;
    const fail = () => {
      asked += 1;
      return Promise.reject(new Error('Command timed out'));
    };
    const redis = { status: 'ready', rlflxIncr: fail, defineCommand: () => {} } as unknown as Redis;
    const errors: unknown[] = [];
    const rates = limits({ redis, onRedisError: (error) => errors.push(error), monotonicSeconds: () => now });
    const taken = [];
    for (let count = 0; count < 7; count++) taken.push((await rates.take(ann, 1)).retryAfterSeconds);
    now = 2;
    await rates.take(bob, 1);

    expect(taken).toEqual([null, null, null, null, null, null, 60]);
    expect([asked, errors.length]).toEqual([2, 2]);
  });
});

describe('the fields of an answer', () => {
  it('are lists of strings with parameters, as the draft has them', () => {
    const standings = [
      { name: 'tenant', units: 100, windowSeconds: 10, remaining: 95, resetSeconds: 7 },
      { name: 'subject', units: 50, windowSeconds: 10, remaining: 0, resetSeconds: 3 },
    ];

    expect(rateLimitFields(standings)).toEqual({
      'ratelimit-policy': '"tenant";q=100;w=10, "subject";q=50;w=10',
      ratelimit: '"tenant";r=95;t=7, "subject";r=0;t=3',
    });
  });
});

describe('a request', () => {
  it.each([
    ['GET', '/recordings', 1],
    ['HEAD', '/uploads', 1],
    ['POST', '/uploads', 5],
    ['POST', '/Uploads/', 5],
    ['POST', '/uploads/upl_1/parts', 3],
    ['POST', '/uploads/upl_1/complete', 2],
    ['DELETE', '/recordings/rec_1', 2],
  ])('%s %s takes %s units', (method, path, units) => {
    expect(costOfRequest(method, path)).toBe(units);
  });
});
