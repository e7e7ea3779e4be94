import type { Page } from '@edf-pipeline/contracts';

const PAGE = 200;

/** The first `limit` items of a list that comes in pages. */
export async function collectPages<T>(
  list: (query: { limit: number; cursor?: string }) => Promise<Page<T>>,
  limit: number,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: Math.min(PAGE, limit - items.length), cursor });
    items.push(...page.data.slice(0, limit - items.length));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return items;
}
