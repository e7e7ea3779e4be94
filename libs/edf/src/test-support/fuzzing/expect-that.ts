/** Something that must be true for any bytes is not. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
  readonly code = 'broken-promise';
}

/** @throws BrokenPromise naming what is not so */
export function expectThat(isSo: boolean, what: string): void {
  if (!isSo) throw new BrokenPromise(`It is not so that ${what}.`);
}
