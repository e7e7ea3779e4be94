import { readFileSync } from 'node:fs';
import type { Prices } from '@edf-pipeline/contracts';
import { defaultPriceTable, priceTableSchema, pricesOf } from '@edf-pipeline/contracts';
import { ConfigError } from '@edf-pipeline/service';

/** The region whose prices serve where the built-in table has none of one's own; answers say which they are. */
const FALLBACK_REGION = 'us-east-1';

/**
 * The prices that costs are estimated with: of the table in a file, or the built-in one.
 *
 * @param path JSON file like `defaultPriceTable` of libs/contracts
 * @param wantedRegion must be in the table, when given
 * @throws ConfigError saying what is wrong with the table
 */
export function readPrices(
  path: string | undefined,
  wantedRegion: string | undefined,
  ownRegion: string,
): Prices {
  const table = path === undefined ? defaultPriceTable : tableIn(path);
  const hasOwn = table.some(({ region }) => region === ownRegion);
  const region = wantedRegion ?? (hasOwn || path !== undefined ? ownRegion : FALLBACK_REGION);
  try {
    return pricesOf(table, region);
  } catch (error) {
    throw new ConfigError([`EDF_PRICE_REGION: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function tableIn(path: string) {
  let text: unknown;
  try {
    text = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([
      `EDF_PRICE_TABLE: ${path} cannot be read as JSON (${error instanceof Error ? error.message : String(error)})`,
    ]);
  }
  const parsed = priceTableSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map(
      ({ path: at, message }) => `EDF_PRICE_TABLE: ${at.map(String).join('.')}: ${message}`,
    ),
  );
}
