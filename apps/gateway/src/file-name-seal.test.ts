import { createFileNameSeal } from './file-name-seal.ts';

const seal = createFileNameSeal(Buffer.alloc(32, 7));

describe('the seal of a file name', () => {
  it.each([
    'night.edf',
    'Müller, Jürgen — 夜の記録 🧠.edf',
    '',
    'مريض.edf',
    '../../etc/passwd\u0000',
    'x'.repeat(255),
  ])('opens to the very same name for its tenant (%#)', (name) => {
    expect(seal.open('acme', seal.seal('acme', name))).toBe(name);
  });

  it('shows nothing of the name, and seals it in another way each time', () => {
    const sealed = [seal.seal('acme', 'Doe, Jane.edf'), seal.seal('acme', 'Doe, Jane.edf')];

    expect(sealed[0]).not.toBe(sealed[1]);
    for (const text of sealed)
      expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('Jane');
  });

  it('opens for no other tenant and with no other key', () => {
    const sealed = seal.seal('acme', 'night.edf');

    expect(seal.open('other', sealed)).toBeNull();
    expect(createFileNameSeal(Buffer.alloc(32, 8)).open('acme', sealed)).toBeNull();
  });

  it('with any one bit changed does not open', () => {
    const bytes = Buffer.from(seal.seal('acme', 'night.edf'), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, seal.open('acme', changed.toString('base64url'))]).toEqual([bit, null]);
    }
  });

  it.each(['', 'AAAA', 'not base64 at all!', Buffer.alloc(27).toString('base64url')])(
    'that is none (%#) does not open',
    (text) => {
      expect(seal.open('acme', text)).toBeNull();
    },
  );

  it('that was cut anywhere does not open', () => {
    const bytes = Buffer.from(seal.seal('acme', 'night.edf'), 'base64url');
    for (let length = 0; length < bytes.length; length++) {
      expect(seal.open('acme', bytes.subarray(0, length).toString('base64url'))).toBeNull();
    }
  });
});
