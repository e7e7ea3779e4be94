import { byteSourceFromBytes } from '../byte-source.ts';
import { checkEdf } from '../check/check-edf.ts';
import { collectBytes } from '../edit/edf-output.ts';
import type { Finding } from '../finding.ts';
import { applyChanges } from '../repair/byte-change.ts';
import { repairEdf } from '../repair/repair-edf.ts';
import { concatenated, latin1 } from './recordings.ts';

/** Whether a finding is gone once its patch is made, or the repair that its patch names. */
export async function isMendedByPatch(bytes: Uint8Array, finding: Finding): Promise<boolean> {
  const { findings } = await checkEdf(byteSourceFromBytes(await patched(bytes, finding)));
  return !findings.some(
    ({ id, field, signal, record }) =>
      id === finding.id && field === finding.field && signal === finding.signal && record === finding.record,
  );
}

async function patched(bytes: Uint8Array, { patch }: Finding): Promise<Uint8Array> {
  const source = byteSourceFromBytes(bytes);
  if (patch?.kind === 'header-bytes') {
    const { offset, before, after } = patch;
    return collectBytes(applyChanges(source, [{ offset, before: latin1(before), after: latin1(after) }]));
  }
  const repair = await repairEdf(source);
  if (!repair.plan.changes.some(({ repairs }) => repairs.some((name) => name === patch?.repair)))
    return bytes;
  const chunks: Uint8Array[] = [];
  await repair.write((chunk) => void chunks.push(chunk.slice()));
  return concatenated(chunks);
}
