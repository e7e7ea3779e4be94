import type { StoreHarness } from './contract/harness.ts';
import { registerMultipartContract } from './contract/multipart.contract.ts';
import { registerObjectContract } from './contract/object.contract.ts';
import { registerSignedGetContract } from './contract/signed-get.contract.ts';
import { registerSignedPutContract } from './contract/signed-put.contract.ts';

export type { StoreHarness } from './contract/harness.ts';

/** Registers with jest what every UploadStore must do. Each test gets a harness of its own, disposed of after it. */
export function objectStoreContract(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(`object store contract: ${name}`, () => {
    let current: StoreHarness;
    beforeEach(async () => {
      current = await makeHarness();
    });
    afterEach(() => current.dispose());

    describe('objects', () => registerObjectContract(() => current));
    describe('multipart uploads', () => registerMultipartContract(() => current));
    describe('signed PUT', () => registerSignedPutContract(() => current));
    describe('signed GET', () => registerSignedGetContract(() => current));
  });
}
