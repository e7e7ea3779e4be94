import type { JSONWebKeySet, JWTHeaderParameters } from 'jose';
import { exportJWK, generateKeyPair } from 'jose';
import type { KeySet } from './key-set.ts';
import { KeysUnavailable, createKeySet } from './key-set.ts';
import { createSettableClock } from './test-support/settable-clock.ts';

let key: { kty?: string; n?: string; e?: string };

beforeAll(async () => {
  const { publicKey } = await generateKeyPair('RS256', { extractable: true });
  key = await exportJWK(publicKey);
});

const keysNamed = (...kids: string[]): JSONWebKeySet => ({
  keys: kids.map((kid) => ({ kty: 'RSA', n: key.n, e: key.e, kid, alg: 'RS256', use: 'sig' })),
});

/** An issuer whose state the test sets. */
function createScene() {
  const clock = createSettableClock();
  const issuer = { kids: ['old'], isDown: false, asked: 0, gate: Promise.resolve() };
  const keys = createKeySet({
    clock: clock.now,
    fetchKeys: async () => {
      issuer.asked += 1;
      await issuer.gate;
      if (issuer.isDown) throw new Error('connect ECONNREFUSED');
      return keysNamed(...issuer.kids);
    },
  });
  return Object.assign(issuer, { clock, keys });
}

async function found(keys: KeySet, kid: string): Promise<string> {
  const header: JWTHeaderParameters = { alg: 'RS256', kid };
  try {
    await keys.resolve(header, { payload: '', signature: '', protected: '' });
    return 'found';
  } catch (error) {
    return error instanceof KeysUnavailable ? 'unavailable' : 'unknown';
  }
}

describe('the key set', () => {
  it('asks the issuer once for all that come at the beginning', async () => {
    const scene = createScene();

    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => found(scene.keys, 'old'))))).toEqual(
      new Set(['found']),
    );
    expect(scene.asked).toBe(1);
  });

  it('keeps serving a known key for a day while the issuer is down, without anybody waiting for it', async () => {
    const scene = createScene();
    await found(scene.keys, 'old');
    scene.isDown = true;
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      expect(await found(scene.keys, 'old')).toBe('found');
      scene.clock.advance(600);
    }
    scene.clock.advance(1);

    expect(await found(scene.keys, 'old')).toBe('unavailable');
  });

  it('answers at once with what it knows while a refresh hangs', async () => {
    const scene = createScene();
    await found(scene.keys, 'old');
    scene.clock.advance(601);
    scene.gate = new Promise(() => undefined);

    expect(await found(scene.keys, 'old')).toBe('found');
    expect(scene.asked).toBe(2);
  });

  it('refreshes what is no longer fresh behind the scenes, at most every 30 seconds', async () => {
    const scene = createScene();
    await found(scene.keys, 'old');
    scene.isDown = true;
    scene.clock.advance(601);
    for (let second = 0; second < 120; second++) {
      await found(scene.keys, 'old');
      scene.clock.advance(1);
    }

    expect(scene.asked).toBe(1 + 4);
  });

  it('forgets a key that the issuer has taken away once it has asked again', async () => {
    const scene = createScene();
    await found(scene.keys, 'old');
    scene.kids = ['new'];
    scene.clock.advance(601);
    await found(scene.keys, 'old');
    await found(scene.keys, 'new');

    expect(await found(scene.keys, 'old')).toBe('unknown');
  });

  it('finds a new key at its first use', async () => {
    const scene = createScene();
    await found(scene.keys, 'old');
    scene.clock.advance(31);
    scene.kids = ['old', 'new'];

    expect([await found(scene.keys, 'new'), await found(scene.keys, 'old')]).toEqual(['found', 'found']);
    expect(scene.asked).toBe(2);
  });

  it('gives a rotation in the middle of many requests no wrong answer: those that come while it asks wait for it', async () => {
    const scene = createScene();
    await found(scene.keys, 'old');
    scene.clock.advance(31);
    scene.kids = ['old', 'new'];
    const { promise, resolve } = Promise.withResolvers<void>();
    scene.gate = promise;
    const asked = Array.from({ length: 100 }, (_, index) => found(scene.keys, index % 2 ? 'new' : 'old'));
    resolve();

    expect(new Set(await Promise.all(asked))).toEqual(new Set(['found']));
    expect(scene.asked).toBe(2);
  });

  it('asks about a flood of unknown keys once every 30 seconds, and not at all right after it has asked', async () => {
    const scene = createScene();
    await found(scene.keys, 'old');
    for (let flood = 0; flood < 2_000; flood++)
      expect(await found(scene.keys, `made-up-${flood}`)).toBe('unknown');
    expect(scene.asked).toBe(1);
    for (let second = 0; second < 600; second++) {
      scene.clock.advance(1);
      await found(scene.keys, `made-up-${second}`);
    }

    expect(scene.asked).toBeLessThanOrEqual(1 + 20);
  });

  it('that has never had an answer asks again after a second, and not for every request', async () => {
    const scene = createScene();
    scene.isDown = true;
    for (let time = 0; time < 100; time++) expect(await found(scene.keys, 'old')).toBe('unavailable');
    expect(scene.asked).toBe(1);
    scene.isDown = false;
    scene.clock.advance(1);

    expect(await found(scene.keys, 'old')).toBe('found');
  });

  it('tells an unknown key from an issuer that is down', async () => {
    const scene = createScene();
    await found(scene.keys, 'old');
    scene.clock.advance(31);
    scene.isDown = true;

    expect(await found(scene.keys, 'new')).toBe('unavailable');
  });

  it('goes on asking after a fetch that threw at once', async () => {
    const clock = createSettableClock();
    let asked = 0;
    const keys = createKeySet({
      clock: clock.now,
      fetchKeys: () => {
        if (++asked === 1) throw new Error('not even a promise');
        return Promise.resolve(keysNamed('old'));
      },
    });
    expect(await found(keys, 'old')).toBe('unavailable');
    clock.advance(2);

    expect(await found(keys, 'old')).toBe('found');
  });
});
