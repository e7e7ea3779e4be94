import type { Finding } from '@edf-pipeline/edf';

/** The file has what its organisation does not take. */
export class PolicyRefusal extends Error {
  readonly code = 'edf-refused-by-policy';
  readonly offset: number | undefined;
  readonly field: string | undefined;

  constructor({ id, message, offset, field }: Finding) {
    super(`Your organisation does not take such files: ${message} (${id})`);
    this.name = 'PolicyRefusal';
    this.offset = offset;
    this.field = field;
  }
}

/**
 * What a client's header showed was looked at before its bytes moved; but not every client sends it, gzip hides it, and
 * the data records say more.
 *
 * @throws PolicyRefusal for the first finding that is refused
 */
export function refuseByPolicy(findings: readonly Finding[], refused: readonly string[]): void {
  const first = findings.find(({ name }) => refused.includes(name));
  if (first) throw new PolicyRefusal(first);
}
