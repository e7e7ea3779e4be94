import type { RecordingRow } from '@edf-pipeline/ledger';
import { isUploadEnded, parseSourceKey } from '@edf-pipeline/ledger';
import { checkChanges } from './check-changes.ts';
import { checkResults } from './check-results.ts';
import { checkWebhooks } from './check-webhooks.ts';
import { CANARY } from './client.ts';
import type { FinalState } from './final-state.ts';
import type { Effect } from './history.ts';
import type { Rows } from './rows-by-kind.ts';
import { rowsByKind } from './rows-by-kind.ts';
import type { Violation } from './violation.ts';
import { when } from './violation.ts';

/** How many jobs may be handed out and unfinished beyond the window of the executor; what a queue may grow to. */
const MAX_EXECUTOR_NAMES = 1_000;
const HISTORY_LENGTH = 64;

/** Everything that must hold of a world that has come to rest, and of how it got there. Empty when it does. */
export function checkInvariants(final: FinalState, effects: readonly Effect[]): Violation[] {
  const rows = rowsByKind(final.items);
  return [
    ...checkEnds(final, rows),
    ...checkResults(final, rows),
    ...checkSources(final, rows),
    ...checkContents(rows),
    ...checkTenants(effects),
    ...checkBounds(final, rows),
    ...checkMessages(effects),
    ...checkCanaries(final),
    ...checkAnswers(effects),
    ...checkWebhooks(rows, effects),
    ...checkChanges(final, effects),
  ];
}

/** I1: everything has ended, and every accepted upload has one recording and one job. I11: nothing waits unseen. */
function checkEnds({ isQuiet, messages, items }: FinalState, rows: Rows): Violation[] {
  const recordings = new Map(rows.recording.map((row) => [row.id, row]));
  const jobs = new Map(rows.job.map((row) => [row.id, row]));
  return [
    ...when(!isQuiet, 'I11', 'world', 'did not come to rest'),
    ...messages.map((body) => ({
      invariant: 'I11' as const,
      subject: body,
      says: 'a message was never dealt with',
    })),
    ...rows.outbox.map((row) => ({
      invariant: 'I11' as const,
      subject: String('id' in row && row.id),
      says: 'was never told',
    })),
    ...items
      .filter(({ indexes }) => indexes.due)
      .map(({ pk }) => ({ invariant: 'I11' as const, subject: pk, says: 'is due and nobody looks' })),
    ...rows.upload.flatMap((upload) => [
      ...when(!isUploadEnded(upload), 'I1', upload.id, `is still ${upload.status}`),
      ...when(
        upload.status === 'completed' &&
          upload.duplicateOf === null &&
          (!recordings.has(upload.recordingId) || !jobs.has(upload.jobId)),
        'I1',
        upload.id,
        'was accepted and lost',
      ),
      ...when(
        upload.status === 'rejected' && upload.rejection === 'object-missing',
        'I1',
        upload.id,
        'was rejected for a fault of ours',
      ),
    ]),
    ...rows.job.flatMap((job) => when(job.phase !== 'done', 'I1', job.id, `is still ${job.phase}`)),
    ...rows.range.flatMap(({ jobId, owner }) =>
      when(owner !== null, 'I1', jobId, `is held by ${owner} for ever`),
    ),
    ...rows.recording.flatMap(({ id, status }) =>
      when(status === 'deleting', 'I1', id, 'is still being deleted'),
    ),
  ];
}

/** I5: no source without its recording, none missing; nothing is left of what was deleted. */
function checkSources(final: FinalState, rows: Rows): Violation[] {
  const uploads = new Map(rows.upload.map((row) => [row.id, row]));
  const recordings = new Map(rows.recording.map((row) => [row.id, row]));
  const deletedJobs = new Set(
    rows.recording.filter(({ status }) => status === 'deleted').map(({ jobId }) => jobId),
  );
  const keys = new Map(final.objects.map((object) => [object.key, object]));
  return [
    ...final.objects.flatMap(({ key }) => {
      const named = parseSourceKey(key);
      if (!named) {
        const [kind, , jobId = ''] = key.split('/');
        return when(kind !== 'source' && deletedJobs.has(jobId), 'I5', key, 'is left of a deleted recording');
      }
      const upload = uploads.get(named.uploadId);
      const recording = upload && recordings.get(upload.recordingId);
      const isWanted =
        upload?.status === 'completed' && upload.duplicateOf === null && recording?.status === 'available';
      return when(
        !isWanted,
        'I5',
        key,
        `is left of an upload that is ${upload?.status ?? 'unknown'}, recording ${recording?.status ?? 'none'}`,
      );
    }),
    ...rows.recording.flatMap((recording) => {
      if (recording.status !== 'available') return [];
      const object = keys.get(recording.source.key);
      return when(
        object?.versionId !== recording.source.versionId ||
          object.checksumSha256 !== recording.source.contentId,
        'I5',
        recording.id,
        'its source is gone or another one',
      );
    }),
  ];
}

/** I5: what was declared is what is there, and the same bytes of a tenant are one recording. */
function checkContents({ upload, recording }: Rows): Violation[] {
  const available = new Map<string, RecordingRow>();
  const declared = new Map(upload.map((row) => [row.id, row.declaredContentId]));
  return recording
    .filter(({ status }) => status === 'available')
    .flatMap((row) => {
      const name = `${row.tenant} ${row.source.contentId}`;
      const other = available.get(name);
      available.set(name, row);
      const said = declared.get(row.uploadId) ?? row.source.contentId;
      return [
        ...when(other !== undefined, 'I5', row.id, `holds the same bytes as ${other?.id}`),
        ...when(said !== row.source.contentId, 'I5', row.id, 'is not what was declared'),
      ];
    });
}

/** I6: nobody touches anything of another tenant than the one it acts for. */
function checkTenants(effects: readonly Effect[]): Violation[] {
  return effects.flatMap((effect) => {
    if (effect.kind === 'object' && effect.for !== null)
      return when(
        effect.key.split('/')[1] !== effect.for,
        'I6',
        effect.key,
        `was ${effect.op} for ${effect.for}`,
      );
    if (effect.kind !== 'write' || effect.for === null) return [];
    return effect.changes.flatMap(({ before, after }) => {
      const item = after ?? before;
      const row = item?.data as { tenant?: string } | undefined;
      const isForeign = row?.tenant !== undefined && row.tenant !== effect.for;
      return when(isForeign, 'I6', item?.pk ?? '', `was written for ${effect.for}`);
    });
  });
}

/** I8: nothing grows without end, and nothing is left lying about. */
function checkBounds(final: FinalState, rows: Rows): Violation[] {
  const { executorNames, openMultiparts } = final;
  return [
    ...when(
      executorNames.length > MAX_EXECUTOR_NAMES,
      'I8',
      'executor',
      `holds ${executorNames.length} entries`,
    ),
    // One that no row knows was made by a gateway that ended before it wrote the row: the bucket's own rule ends it.
    ...openMultiparts
      .filter((key) => rows.upload.some((upload) => upload.key === key && upload.multipartId !== null))
      .map((key) => ({
        invariant: 'I8' as const,
        subject: key,
        says: 'has parts that nobody will complete',
      })),
    ...rows.job.flatMap(({ id, history }) =>
      when(history.length > HISTORY_LENGTH, 'I8', id, `has a history of ${history.length} entries`),
    ),
  ];
}

/** I9: a message is forgotten only when what it says has become durable. */
function checkMessages(effects: readonly Effect[]): Violation[] {
  return effects.flatMap((effect) =>
    effect.kind === 'forgot'
      ? effect.unsettled.map((key) => ({
          invariant: 'I9' as const,
          subject: key,
          says: 'was forgotten before it was accepted',
        }))
      : [],
  );
}

/** I10: what people call their files stands nowhere but in the seal. */
function checkCanaries({
  items,
  log,
  messages,
  deadLetters,
  executorNames,
  objects,
}: FinalState): Violation[] {
  const found = (text: string, where: string) =>
    when(text.includes(CANARY), 'I10', where, 'tells a file name');
  return [
    ...found(JSON.stringify(items), 'ledger'),
    ...found(JSON.stringify([messages, deadLetters]), 'messages'),
    ...found(JSON.stringify(executorNames), 'executor'),
    ...found(objects.map(({ key }) => key).join(' '), 'keys'),
    ...log.flatMap(({ by, sentence, fields }) => found(sentence + textOfFields(fields), `log of ${by}`)),
  ];
}

function textOfFields(fields: Readonly<Record<string, unknown>> | undefined): string {
  return Object.values(fields ?? {})
    .map((value) =>
      value instanceof Error ? `${value.message} ${String(value.cause)}` : JSON.stringify(value),
    )
    .join(' ');
}

/** I12: the same request is the same upload, however often it is made. */
function checkAnswers(effects: readonly Effect[]): Violation[] {
  const known = new Map<string, string>();
  return effects.flatMap((effect) => {
    if (effect.kind !== 'answered') return [];
    const request = `${effect.tenant}/${effect.request}`;
    const first = known.get(request) ?? effect.uploadId;
    known.set(request, first);
    return when(first !== effect.uploadId, 'I12', request, `became ${first} and ${effect.uploadId}`);
  });
}
