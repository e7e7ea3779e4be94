import type { ContractTest, StoreHarness } from './contract/harness.ts';
import { registerMultipartContract } from './contract/multipart.contract.ts';
import { registerObjectContract } from './contract/object.contract.ts';
import { registerSignedGetContract } from './contract/signed-get.contract.ts';
import { registerSignedPutContract } from './contract/signed-put.contract.ts';

export type { StoreHarness } from './contract/harness.ts';

/**
 * Registers with jest what every UploadStore must do. Each test gets a harness of its own, disposed of after it.
 * @param differences names of tests, as they stand in the contract's files, that a server standing in for the real one
 *   is known to fail: they are red when they pass, so that a difference that has gone is taken off the list
 */
export function objectStoreContract(
  name: string,
  makeHarness: () => Promise<StoreHarness>,
  differences: readonly string[] = [],
): void {
  describe(`object store contract: ${name}`, () => {
    let current: StoreHarness;
    beforeEach(async () => {
      current = await makeHarness();
    });
    afterEach(() => current.dispose());

    const met = new Set<string>();
    const contractTest = expectingFailures(differences, met);
    describe('objects', () => registerObjectContract(() => current, contractTest));
    describe('multipart uploads', () => registerMultipartContract(() => current, contractTest));
    describe('signed PUT', () => registerSignedPutContract(() => current, contractTest));
    describe('signed GET', () => registerSignedGetContract(() => current, contractTest));

    const unknown = differences.filter((each) => !met.has(each));
    if (unknown.length > 0) throw new Error(`The contract has no such tests: ${unknown.join('; ')}`);
  });
}

function expectingFailures(differences: readonly string[], met: Set<string>): ContractTest {
  const testFor = (name: string) => {
    met.add(name);
    return differences.includes(name) ? test.failing : test;
  };
  const each = ((cases: readonly unknown[]) =>
    (name: string, body: () => Promise<void>, timeoutMs?: number) =>
      testFor(name).each(cases)(name, body, timeoutMs)) as ContractTest['each'];
  return Object.assign(
    (name: string, body: () => Promise<void>, timeoutMs?: number) => testFor(name)(name, body, timeoutMs),
    { each },
  );
}
