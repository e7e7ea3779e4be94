import { z } from 'zod';

const price = z.number().nonnegative();

/** Prices of one region from one day on. */
export const regionPricesSchema = z.strictObject({
  region: z.string().min(1),
  validFrom: z.iso.date(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'is not a currency like USD'),
  vcpuHour: price,
  memoryGibHour: price,
  /** A thousand PUT, POST or LIST requests of the object store. */
  thousandObjectWrites: price,
  /** A thousand GET or HEAD requests. */
  thousandObjectReads: price,
  millionLedgerWriteUnits: price,
  millionLedgerReadUnits: price,
});
export type RegionPrices = z.infer<typeof regionPricesSchema>;

export const priceTableSchema = z.array(regionPricesSchema).min(1);
export type PriceTable = z.infer<typeof priceTableSchema>;

/** The region of a machine of one's own, where nothing of this is on a bill. */
export const LOCAL_REGION = 'local';

/**
 * AWS list prices without discounts: Fargate (Linux, x86) for CPU and memory, S3 Standard, DynamoDB on demand. What
 * runs on instances of one's own costs something else: give a table of your own (EDF_PRICE_TABLE).
 * Sources: the pricing pages of Fargate, S3 and DynamoDB; DynamoDB's after its reduction of 2024-11-01.
 */
export const defaultPriceTable: PriceTable = [
  {
    region: 'us-east-1',
    validFrom: '2024-11-01',
    currency: 'USD',
    vcpuHour: 0.04048,
    memoryGibHour: 0.004445,
    thousandObjectWrites: 0.005,
    thousandObjectReads: 0.0004,
    millionLedgerWriteUnits: 0.625,
    millionLedgerReadUnits: 0.125,
  },
  {
    region: 'eu-central-1',
    validFrom: '2024-11-01',
    currency: 'USD',
    vcpuHour: 0.04656,
    memoryGibHour: 0.00511,
    thousandObjectWrites: 0.0054,
    thousandObjectReads: 0.00043,
    millionLedgerWriteUnits: 0.7625,
    millionLedgerReadUnits: 0.1525,
  },
  {
    region: LOCAL_REGION,
    validFrom: '2024-01-01',
    currency: 'USD',
    vcpuHour: 0,
    memoryGibHour: 0,
    thousandObjectWrites: 0,
    thousandObjectReads: 0,
    millionLedgerWriteUnits: 0,
    millionLedgerReadUnits: 0,
  },
];

/** Prices of one region over time; one currency. */
export interface Prices {
  readonly currency: string;
  /** Those that held on a day; before the first known day, the first ones. */
  on(day: string): RegionPrices;
}

/** @throws RangeError when the table has none for the region, or in several currencies */
export function pricesOf(table: PriceTable, region: string): Prices {
  const ofRegion = table
    .filter((each) => each.region === region)
    .sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  const [first] = ofRegion;
  if (!first) {
    const known = [...new Set(table.map((each) => each.region))].join(', ');
    throw new RangeError(`the price table has no region ${region}, only ${known}`);
  }
  if (ofRegion.some(({ currency }) => currency !== first.currency))
    throw new RangeError(`the price table has several currencies for ${region}; a budget can have one`);
  return {
    currency: first.currency,
    on: (day) => ofRegion.findLast(({ validFrom }) => validFrom <= day) ?? first,
  };
}
