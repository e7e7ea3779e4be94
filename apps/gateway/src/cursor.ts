import { createHmac, timingSafeEqual } from 'node:crypto';
import { HttpProblem } from './problem.ts';

/** Opaque cursors: a place in a list, bound to tenant and list, that a client can keep but not make. */
export interface Cursors {
  encode(tenant: string, list: string, place: string): string;
  /** @throws HttpProblem `validation-failed` */
  decode(tenant: string, list: string, cursor: string): string;
}

const MAC_BYTES = 16;

export function createCursors(key: Uint8Array): Cursors {
  const mac = (tenant: string, list: string, place: Buffer) =>
    createHmac('sha256', key).update(`${tenant}\n${list}\n`).update(place).digest().subarray(0, MAC_BYTES);
  return {
    encode(tenant, list, place) {
      const bytes = Buffer.from(place, 'utf8');
      return Buffer.concat([mac(tenant, list, bytes), bytes]).toString('base64url');
    },
    decode(tenant, list, cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      const place = bytes.subarray(MAC_BYTES);
      const isOurs =
        bytes.length > MAC_BYTES && timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(tenant, list, place));
      if (!isOurs) {
        throw new HttpProblem(
          'validation-failed',
          'The cursor is not one of this list; start again without it.',
        );
      }
      return place.toString('utf8');
    },
  };
}
