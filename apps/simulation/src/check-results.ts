import { createHash } from 'node:crypto';
import type { Manifest } from '@edf-pipeline/contracts';
import type { JobRow } from '@edf-pipeline/ledger';
import type { FinalState } from './final-state.ts';
import type { Rows } from './rows-by-kind.ts';
import type { Violation } from './violation.ts';
import { when } from './violation.ts';

/** I3: a result is there, whole, and the same as that of an undisturbed run; a good file has one, a bad one has none. */
export function checkResults(final: FinalState, rows: Rows): Violation[] {
  const bytes = new Map(final.objects.map((object) => [object.key, object]));
  const recordings = new Map(rows.recording.map((row) => [row.id, row]));
  return rows.job.flatMap((job) => {
    const recording = recordings.get(job.recordingId);
    if (recording?.status !== 'available') return [];
    const kind = bytes.get(job.source.key)?.content?.kind;
    const isPublished = recording.resultJobId === job.id;
    return [
      ...when(
        job.status === 'succeeded' && !isPublished,
        'I3',
        job.id,
        'succeeded, and its recording does not know',
      ),
      ...when(isPublished && job.status !== 'succeeded', 'I3', job.id, `is published and ${job.status}`),
      ...when(
        kind === 'good' && job.status === 'failed',
        'I3',
        job.id,
        `failed for no fault of its file: ${job.error?.code}`,
      ),
      ...when(kind === 'good' && job.status === 'expired', 'I3', job.id, 'was never run'),
      ...when(kind !== 'good' && job.status === 'succeeded', 'I3', job.id, `has a result of a ${kind} file`),
      ...(job.status === 'succeeded' ? checkResult(final, bytes, job) : []),
    ];
  });
}

function checkResult(
  final: FinalState,
  objects: ReadonlyMap<string, FinalState['objects'][number]>,
  job: JobRow,
): Violation[] {
  const fault = (says: string): Violation[] => [{ invariant: 'I3', subject: job.id, says }];
  if (!job.result) return fault('succeeded without a result');
  const manifestBytes = objects.get(`${job.result.prefix}manifest.json`)?.bytes;
  if (!manifestBytes) return fault('its manifest is not there');
  if (sha256(manifestBytes) !== job.result.manifestSha256) return fault('its manifest is another one');
  const number = objects.get(job.source.key)?.content?.number;
  if (number === undefined) return fault('its source is not there');
  if (final.manifestOf(number) !== job.result.manifestSha256)
    return fault('its result is not that of an undisturbed run');
  const manifest = JSON.parse(new TextDecoder().decode(manifestBytes)) as Manifest;
  return manifest.files.flatMap(({ name, sha256: sum }) => {
    const file = objects.get(job.result!.prefix + name)?.bytes;
    return file && sha256(file) === sum ? [] : fault(`${name} is not what the manifest says`);
  });
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
