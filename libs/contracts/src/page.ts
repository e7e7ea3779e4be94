import { z } from 'zod';

/** Query of every list: newest first. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1_024).optional(),
});

/** A list's answer; `nextCursor` is opaque and null on the last page. */
export function pageOf<T extends z.ZodType>(item: T, id: string) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() }).meta({ id });
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}
