import type { Item, Row, UploadRow } from '@edf-pipeline/ledger';
import { CANARY } from './client.ts';
import type { Outcome } from './final-state.ts';
import {
  soundOutcome,
  violationsOf,
  withEffect,
  withFinal,
  withRow,
  withWrite,
} from './test-support/outcome.ts';

let sound: Outcome;
beforeAll(async () => {
  sound = await soundOutcome();
});

const rowOf = (outcome: Outcome, kind: Row['kind']): Item => {
  const item = outcome.final.items.find(({ data }) => (data as Row).kind === kind);
  if (!item) throw new Error(`there is no ${kind}`);
  return item;
};
const without = (kind: Row['kind']): Outcome =>
  withFinal(sound, { items: sound.final.items.filter(({ data }) => (data as Row).kind !== kind) });
const withoutObjects = (part: string): Outcome =>
  withFinal(sound, { objects: sound.final.objects.filter(({ key }) => !key.includes(part)) });
const object = { versionId: 'v', checksumSha256: 's', bytes: new Uint8Array(), content: null };
const withObject = (key: string): Outcome =>
  withFinal(sound, { objects: [...sound.final.objects, { ...object, key }] });
const silent = { class: 'crash', code: 'worker-silent', what: 'failed', at: '' } as const;

/** Each spoils a sound outcome in one way, and names the invariant that must notice. */
const spoiled: Record<string, { readonly breaks: string; readonly make: () => Outcome }> = {
  'an upload is still open': { breaks: 'I1', make: () => withRow(sound, 'upload', { status: 'uploading' }) },
  'a job still runs': { breaks: 'I1', make: () => withRow(sound, 'job', { phase: 'running' }) },
  'an accepted upload has no recording': { breaks: 'I1', make: () => without('recording') },
  'an accepted upload has no job': { breaks: 'I1', make: () => without('job') },
  'a range is held for ever': { breaks: 'I1', make: () => withRow(sound, 'range', { owner: 'worker-1.1' }) },
  'an upload is rejected though its bytes came': {
    breaks: 'I1',
    make: () => withRow(sound, 'upload', { status: 'rejected', rejection: 'object-missing' }),
  },
  'an ended upload changes': { breaks: 'I2', make: () => withWrite(sound, 'upload', { status: 'aborted' }) },
  'a job that succeeded fails': { breaks: 'I2', make: () => withWrite(sound, 'job', { status: 'failed' }) },
  'a deleted recording comes back': {
    breaks: 'I2',
    make: () => withWrite(sound, 'recording', { status: 'available' }, { from: { status: 'deleted' } }),
  },
  'a result is replaced': {
    breaks: 'I2',
    make: () => withWrite(sound, 'job', { result: { epoch: 9, prefix: 'p', manifestSha256: 'm' } }),
  },
  'the manifest is gone': { breaks: 'I3', make: () => withoutObjects('manifest.json') },
  'a file of the result is gone': { breaks: 'I3', make: () => withoutObjects('report.json') },
  'the result is not that of an undisturbed run': {
    breaks: 'I3',
    make: () => withFinal(sound, { manifestOf: () => 'another' }),
  },
  'a good file failed': { breaks: 'I3', make: () => withRow(sound, 'job', { status: 'failed' }) },
  'the recording does not know its result': {
    breaks: 'I3',
    make: () => withRow(sound, 'recording', { resultJobId: null }),
  },
  'a result is published a second time': {
    breaks: 'I4',
    make: () => withWrite(sound, 'job', { status: 'succeeded' }, { from: { status: 'running' } }),
  },
  'the source is gone': { breaks: 'I5', make: () => withoutObjects('source/') },
  'a source belongs to nothing': {
    breaks: 'I5',
    make: () => withObject('source/acme/upl_01ARZ3NDEKTSV4RRFFQ69G5FAV/source.edf'),
  },
  'a deleted recording leaves its source': {
    breaks: 'I5',
    make: () => withRow(sound, 'recording', { status: 'deleted' }),
  },
  'a recording is not what was declared': {
    breaks: 'I5',
    make: () => withRow(sound, 'upload', { declaredContentId: 'another' }),
  },
  'somebody reads what belongs to another tenant': {
    breaks: 'I6',
    make: () =>
      withEffect(sound, {
        kind: 'object',
        at: 0,
        by: 'worker',
        for: 'acme',
        op: 'read',
        key: 'source/beta/upl_1/source.edf',
      }),
  },
  'somebody writes for another tenant': {
    breaks: 'I6',
    make: () => withWrite(sound, 'job', {}, { for: 'beta' }),
  },
  'an epoch falls': { breaks: 'I7', make: () => withWrite(sound, 'range', { epoch: 0 }) },
  'a lease changes hands under one epoch': {
    breaks: 'I7',
    make: () =>
      withWrite(sound, 'range', { owner: 'b', epoch: 4, due: 'x' }, { from: { owner: 'a', epoch: 4 } }),
  },
  'a dispatch number falls': { breaks: 'I7', make: () => withWrite(sound, 'job', { dispatch: 0 }) },
  'a job is charged a crash that nobody had': {
    breaks: 'I7',
    make: () =>
      withWrite({ ...sound, final: { ...sound.final, calmAt: -1e9 } }, 'job', {
        crashes: 1,
        history: [silent],
      }),
  },
  'an interruption is charged as a crash': {
    breaks: 'I7',
    make: () =>
      withWrite(sound, 'job', {
        crashes: 1,
        history: [{ ...silent, class: 'infrastructure', code: 'interrupted' }],
      }),
  },
  'a history grows without end': {
    breaks: 'I8',
    make: () => withRow(sound, 'job', { history: Array.from({ length: 65 }, () => silent) }),
  },
  'the executor keeps everything': {
    breaks: 'I8',
    make: () => withFinal(sound, { executorNames: Array.from({ length: 1_001 }, String) }),
  },
  'parts of an upload that is over are left lying about': {
    breaks: 'I8',
    make: () => {
      const multipart = withRow(sound, 'upload', { multipartId: 'm' });
      const { key } = rowOf(multipart, 'upload').data as UploadRow;
      return withFinal(multipart, { openMultiparts: [key] });
    },
  },
  'a message is forgotten before it is accepted': {
    breaks: 'I9',
    make: () => withEffect(sound, { kind: 'forgot', at: 0, by: 'dispatcher', unsettled: ['source/a/b'] }),
  },
  'a log tells a file name': {
    breaks: 'I10',
    make: () =>
      withFinal(sound, {
        log: [{ by: 'gateway', level: 'warn', sentence: 'S', fields: { name: `${CANARY}.edf` } }],
      }),
  },
  'the ledger tells a file name': {
    breaks: 'I10',
    make: () => withRow(sound, 'upload', { sealedFileName: CANARY }),
  },
  'a key tells a file name': { breaks: 'I10', make: () => withObject(`results/acme/${CANARY}`) },
  'the world does not come to rest': { breaks: 'I11', make: () => withFinal(sound, { isQuiet: false }) },
  'a message is never dealt with': { breaks: 'I11', make: () => withFinal(sound, { messages: ['{}'] }) },
  'something waits and is never due': {
    breaks: 'I11',
    make: () =>
      withWrite(
        sound,
        'job',
        { phase: 'backlog', due: null },
        { from: { phase: 'dispatched', status: 'queued' } },
      ),
  },
  'news is forgotten untold': {
    breaks: 'I11',
    make: () => {
      const job = rowOf(sound, 'job');
      const row = {
        kind: 'outbox',
        id: 'o',
        tenant: 'acme',
        type: 'job.failed',
        objectId: 'j',
        at: '',
      } as const;
      const before = { ...job, data: row };
      return withEffect(sound, {
        kind: 'write',
        at: 0,
        by: 'd',
        for: null,
        changes: [{ before, after: null }],
      });
    },
  },
  'a dead worker keeps its lease': {
    breaks: 'I11',
    make: () => {
      const held = withWrite(sound, 'range', { owner: 'w.1', epoch: 99, due: 'x' });
      const dead = withEffect(held, { kind: 'other', at: sound.final.endedAt, by: 'w.1', what: 'dies' });
      const late = withFinal(dead, { endedAt: sound.final.endedAt + 100_000 });
      return withWrite(late, 'range', { owner: null, epoch: 100 });
    },
  },
  'one request becomes two uploads': {
    breaks: 'I12',
    make: () =>
      withEffect(sound, {
        kind: 'answered',
        at: 0,
        tenant: 'acme',
        request: 'upload-1',
        uploadId: 'upl_other',
      }),
  },
  'a tenant has more in hand than it may': {
    breaks: 'limit',
    make: () => {
      const limited = withFinal(sound, { limits: { acme: 0 } });
      return withWrite(limited, 'job', { phase: 'dispatching' });
    },
  },
};

describe('the checker', () => {
  it('finds nothing in a world that nothing happened to', () => {
    expect(violationsOf(sound)).toEqual([]);
    expect(sound.effects.length).toBeGreaterThan(15);
  });

  it.each(Object.keys(spoiled))('notices that %s', (name) => {
    const { breaks, make } = spoiled[name]!;
    expect(violationsOf(make()).map(({ invariant }) => invariant)).toContain(breaks);
  });

  it('has seen every invariant broken', () => {
    const broken = new Set(Object.values(spoiled).map(({ breaks }) => breaks));
    expect([...broken].sort()).toEqual(
      ['I1', 'I10', 'I11', 'I12', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'limit'].sort(),
    );
  });
});
