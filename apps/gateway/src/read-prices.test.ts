import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defaultPriceTable } from '@edf-pipeline/contracts';
import { readPrices } from './read-prices.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'prices-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string): string {
  const file = path.join(folder, 'prices.json');
  writeFileSync(file, text);
  return file;
}
const ours = [{ ...defaultPriceTable[0], region: 'eu-west-1', currency: 'EUR', vcpuHour: 0.02 }];

describe('the prices of costs', () => {
  it('are those of our own region, or else of one that says so', () => {
    const regionOf = (wanted: string | undefined, own: string) =>
      readPrices(undefined, wanted, own).on('2026-01-01').region;

    expect(regionOf(undefined, 'eu-central-1')).toBe('eu-central-1');
    expect(regionOf('eu-central-1', 'us-east-1')).toBe('eu-central-1');
    expect(regionOf(undefined, 'ap-south-1')).toBe('us-east-1');
  });

  it('are those of a table of one’s own, when there is one', () => {
    const prices = readPrices(fileWith(JSON.stringify(ours)), undefined, 'eu-west-1');

    expect([prices.currency, prices.on('2026-01-01').vcpuHour]).toEqual(['EUR', 0.02]);
  });

  it.each([
    ['a file that is not there', () => path.join(folder, 'none.json'), 'EDF_PRICE_TABLE'],
    ['a file that is not JSON', () => fileWith('{'), 'cannot be read as JSON'],
    ['an empty table', () => fileWith('[]'), 'EDF_PRICE_TABLE'],
    ['a price below zero', () => fileWith(JSON.stringify([{ ...ours[0], vcpuHour: -1 }])), '0.vcpuHour'],
    ['a table without our region', () => fileWith(JSON.stringify(defaultPriceTable)), 'eu-west-1'],
  ])('are refused at start for %s', (_what, file, reason) => {
    expect(() => readPrices(file(), undefined, 'eu-west-1')).toThrow(reason);
  });
});
