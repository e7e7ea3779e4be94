import type { ApiFinding, Preflight } from '@edf-pipeline/contracts';
import { fromBase64 } from '@edf-pipeline/contracts/content-id';
import { checkHeader, dataRecordCountIn } from '@edf-pipeline/edf';
import type { EdfHeader, Finding } from '@edf-pipeline/edf';
import type { PolicyRow, Pool } from '@edf-pipeline/ledger';
import { HttpProblem } from './problem.ts';

const ANALYSED_BYTES_PER_SECOND = 100e6;

/**
 * Checks the header that a client sent ahead, against the size it declared. A gzip file shows its header only once
 * it is inflated: it is not checked here, and answers null.
 *
 * @throws HttpProblem `unsupported-edf` for what cannot be read at all, `edf-refused-by-policy`
 */
export function preflight(
  headerBase64: string,
  byteLength: number,
  policy: PolicyRow,
  poolFor: (byteLength: number) => Pool,
): Preflight | null {
  const bytes = fromBase64(headerBase64);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return null;
  const { header, findings } = checkHeader(bytes, byteLength);
  const fatal = findings.find(({ severity }) => severity === 'fatal');
  if (!header || fatal) {
    const detail = fatal?.message ?? 'The header record cannot be read.';
    throw new HttpProblem('unsupported-edf', detail, { findings: findings.map(asApiFinding) });
  }
  refuseByPolicy(findings, policy);
  return {
    variant: header.variant,
    signalCount: header.signals.filter(({ isAnnotations }) => !isAnnotations).length,
    durationSeconds: dataRecordCountIn(header, byteLength) * header.dataRecordDurationSeconds,
    expectedByteLength: expectedByteLength(header),
    findings: findings.map(asApiFinding),
    estimate: { tier: poolFor(byteLength), seconds: Math.ceil(byteLength / ANALYSED_BYTES_PER_SECOND) },
  };
}

function refuseByPolicy(findings: readonly Finding[], policy: PolicyRow): void {
  const refused = findings.filter(({ name }) => policy.refuseFindings.includes(name));
  const first = refused[0];
  if (!first) return;
  throw new HttpProblem(
    'edf-refused-by-policy',
    `Your organisation does not take such files: ${first.message}`,
    {
      findings: refused.map(asApiFinding),
    },
  );
}

function expectedByteLength(header: EdfHeader): number | null {
  const records = header.declaredDataRecordCount;
  if (records === null || records < 0) return null;
  const expected = header.headerByteLength + records * header.dataRecordByteLength;
  return Number.isSafeInteger(expected) ? expected : null;
}

function asApiFinding(finding: Finding): ApiFinding {
  const { id, name, severity, message, offset, length, field, signal, record, clause, assumed } = finding;
  return { id, name, severity, message, offset, length, field, signal, record, clause, assumed };
}
