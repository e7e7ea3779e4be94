import type { Job } from '@edf-pipeline/contracts';
import { stateWords } from './state-words.ts';

const now = new Date('2026-11-22T12:00:00Z');
const of = (job: Partial<Job>) =>
  stateWords(
    {
      status: 'available',
      job: {
        phase: 'running',
        error: null,
        retryAt: null,
        progress: { stage: 'waiting', doneBytes: 0, totalBytes: 0 },
        ...job,
      } as Job,
    },
    now,
  );

test('a running job tells its stage and how far it is', () => {
  const progress = (stage: Job['progress']['stage']) => ({ stage, doneBytes: 434, totalBytes: 1000 });
  expect(of({ status: 'running', progress: progress('checking') }).text).toBe('checking');
  expect(of({ status: 'running', progress: progress('analysing') })).toMatchObject({
    text: 'analysing 43 %',
    share: 0.434,
    canCancel: true,
  });
  expect(of({ status: 'running', progress: progress('writing') }).text).toBe('writing results');
});

test('a failed job says its cause and can be tried again', () => {
  const error = {
    class: 'invalid_input' as const,
    code: 'x',
    message: 'The header ends early.',
    retryable: false,
  };
  expect(of({ status: 'failed', error })).toMatchObject({
    tone: 'failed',
    detail: 'The header ends early.',
    canRetry: true,
  });
});

test('a job that waits for its next attempt says when it comes', () => {
  const words = of({ status: 'queued', phase: 'retry_wait', retryAt: '2026-11-22T12:00:30Z' });
  expect(words).toMatchObject({ text: 'trying again in 30 s', canCancel: true });
});

test('queued, ready and deleted recordings have one word', () => {
  expect(of({ status: 'queued', phase: 'backlog' }).text).toBe('queued');
  expect(of({ status: 'succeeded' })).toMatchObject({ text: 'ready', tone: 'ready', detail: null });
  expect(stateWords({ status: 'deleting', job: null }, now).text).toBe('being deleted');
  expect(stateWords({ status: 'available', job: null }, now).text).toBe('stored');
});
