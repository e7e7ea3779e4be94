import { randomBytes } from 'node:crypto';
import { createCursors } from './cursor.ts';
import { HttpProblem } from './problem.ts';

const cursors = createCursors(Buffer.alloc(32, 7));
const place = '2026-03-01T12:00:00.000Z#job_01JABCDEFGHJKMNPQRSTVWXYZ0';

function isRefused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    return error instanceof HttpProblem && error.code === 'validation-failed';
  }
}

describe('a cursor', () => {
  it.each([place, 'x', 'ä€😀\n#', 'y'.repeat(500)])('leads back to the place it was made of (%#)', (text) => {
    expect(cursors.decode('acme', 'jobs/all', cursors.encode('acme', 'jobs/all', text))).toBe(text);
  });

  it('shows nothing of its tenant and list, and fits into an address', () => {
    expect(cursors.encode('acme', 'jobs/all', place)).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('of another tenant, of another list, or made with another key is refused', () => {
    const cursor = cursors.encode('acme', 'jobs/all', place);

    expect(isRefused(() => cursors.decode('other', 'jobs/all', cursor))).toBe(true);
    expect(isRefused(() => cursors.decode('acme', 'jobs/failed', cursor))).toBe(true);
    expect(isRefused(() => createCursors(Buffer.alloc(32, 8)).decode('acme', 'jobs/all', cursor))).toBe(true);
    expect(isRefused(() => cursors.decode('acme', 'jobs/all', cursor))).toBe(false);
  });

  it('with any one bit changed is refused', () => {
    const bytes = Buffer.from(cursors.encode('acme', 'jobs/all', place), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([
        bit,
        isRefused(() => cursors.decode('acme', 'jobs/all', changed.toString('base64url'))),
      ]).toEqual([bit, true]);
    }
  });

  it.each(['', 'x', 'AAAAAAAAAAAAAAAAAAAAAA', '../../etc', '💥', randomBytes(64).toString('base64url')])(
    'that is none of ours (%#) is refused',
    (text) => {
      expect(isRefused(() => cursors.decode('acme', 'jobs/all', text))).toBe(true);
    },
  );
});
