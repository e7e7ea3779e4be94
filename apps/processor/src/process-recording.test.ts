import { createHash } from 'node:crypto';
import { cancelJob, releaseRange, requestDeletion, writePolicy } from '@edf-pipeline/ledger';
import { manifestSchema } from '@edf-pipeline/contracts';
import type { Analyse } from './analysis-pool.ts';
import { processWork } from './process-recording.ts';
import { edfFile } from './test-support/edf-file.ts';
import {
  analyseHere,
  bytesOf,
  createWorld,
  handedOut,
  handedOutAgain,
  worldWith,
} from './test-support/world.ts';

const { jest } = import.meta;
const never = () => new AbortController().signal;

/** An analysis that begins, waits until it is asked to stop, and then fails as an aborted one does. */
function endlessAnalysis() {
  const begun = Promise.withResolvers<void>();
  const analyse: Analyse = (_task, _onProgress, signal) => {
    begun.resolve();
    return new Promise((resolve) =>
      signal.addEventListener('abort', () =>
        resolve({ kind: 'failed', failure: { class: 'crash', code: 'analysis-error', message: 'stopped' } }),
      ),
    );
  };
  return { analyse, begun: begun.promise };
}

describe('a piece of work', () => {
  it('that succeeds leaves a whole result behind, and says so last', async () => {
    const world = createWorld();
    const file = edfFile();
    const work = await handedOut(world, file);

    expect(await processWork(world.deps, work, never())).toBe('succeeded');
    const { status, result } = await world.job(work);
    expect([status, result?.epoch, result?.prefix]).toEqual([
      'succeeded',
      1,
      `results/acme/${work.jobId}/1/`,
    ]);
    const manifest = await bytesOf(world, `${result?.prefix}manifest.json`);
    expect(createHash('sha256').update(manifest).digest('hex')).toBe(result?.manifestSha256);
    const names = manifestSchema
      .strict()
      .parse(JSON.parse(String(manifest)))
      .files.map(({ name }) => `1/${name}`);
    expect(await world.resultOf(work)).toEqual([...names, '1/manifest.json', '1/run.json'].sort());
  });

  it('says who did it in run.json, and nothing of that in the manifest', async () => {
    const [first, second] = [createWorld(), createWorld()];
    const manifests: string[] = [];
    for (const world of [first, second]) {
      const work = await handedOut(world, edfFile());
      await processWork(world === first ? world.deps : { ...world.deps, owner: 'another' }, work, never());
      const { result } = await world.job(work);
      manifests.push(String(await bytesOf(world, `${result?.prefix}manifest.json`)));
      expect(JSON.parse(String(await bytesOf(world, `${result?.prefix}run.json`)))).toMatchObject({
        jobId: work.jobId,
        epoch: 1,
        dispatch: 1,
      });
    }

    expect(manifests[0]).toBe(manifests[1]);
  });

  it('is noted in one line, without anything that names the patient', async () => {
    const world = createWorld();
    const file = edfFile({
      options: {
        localPatientIdentification: 'canary patient',
        localRecordingIdentification: 'canary recording',
      },
    });
    await processWork(world.deps, await handedOut(world, file), never());

    expect(world.log().trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(world.log())).toMatchObject({
      msg: 'A job ended an attempt',
      outcome: 'succeeded',
      epoch: 1,
      bytes: file.length,
      durationMs: 0,
    });
    expect(world.log()).not.toContain('canary');
  });

  it('about a file that is no recording fails for good, and says why', async () => {
    const world = createWorld();
    const work = await handedOut(world, Buffer.from('Dear Sir or Madam, '.repeat(40)));

    expect(await processWork(world.deps, work, never())).toBe('failed');
    expect(await world.job(work)).toMatchObject({
      status: 'failed',
      error: { class: 'invalid_input', code: 'not-edf', retryable: false },
    });
    expect(world.log()).not.toContain('where');
  });

  it('about a file with what its organisation does not take fails for good, and leaves no result', async () => {
    const world = createWorld();
    const work = await handedOut(world, edfFile().subarray(0, -70));
    await writePolicy(world.deps.ledger, 'acme', { refuseFindings: ['last-data-record-partial'] });

    expect(await processWork(world.deps, work, never())).toBe('failed');
    const { status, error } = await world.job(work);
    expect([status, error?.class, error?.code]).toEqual(['failed', 'invalid_input', 'edf-refused-by-policy']);
    expect(await world.resultOf(work)).toEqual([]);
  });

  it('that fails by an error of ours says where in the code', async () => {
    const world = createWorld({
      analyse: async () => ({
        kind: 'failed',
        failure: { class: 'crash', code: 'analysis-error', message: 'm' },
        where: 'TypeError\n at somewhere.ts',
      }),
    });
    await processWork(world.deps, await handedOut(world, edfFile()), never());

    expect(world.log()).toContain('at somewhere.ts');
  });

  it('that somebody else has, that is of an earlier dispatch, or that has ended is refused, and changes nothing', async () => {
    const world = createWorld();
    const work = await handedOut(world, edfFile());
    const refused = async (asked: typeof work) => {
      const before = world.writes();
      return [await processWork(world.deps, asked, never()), world.writes() - before];
    };
    expect(await refused({ ...work, dispatch: 0 })).toEqual(['refused', 0]);
    await processWork(world.deps, work, never());

    expect(await refused(work)).toEqual(['refused', 0]);
    expect(await refused({ ...work, jobId: 'job_none' })).toEqual(['refused', 0]);
  });

  it('handed out twice at once is done once', async () => {
    const world = createWorld();
    const work = await handedOut(world, edfFile());
    const outcomes = await Promise.all([
      processWork(world.deps, work, never()),
      processWork(world.deps, work, never()),
    ]);

    expect(outcomes.sort()).toEqual(['refused', 'succeeded']);
  });
});

describe('work that is stopped', () => {
  it('by its process ending is given back: the job waits again, and no attempt is charged', async () => {
    const { analyse, begun } = endlessAnalysis();
    const world = createWorld({ analyse });
    const work = await handedOut(world, edfFile());
    const stopping = new AbortController();
    const outcome = processWork(world.deps, work, stopping.signal);
    await begun;
    stopping.abort();

    expect(await outcome).toBe('released');
    expect(await world.job(work)).toMatchObject({ phase: 'backlog', attempts: 0, crashes: 0, evictions: 1 });
  });

  it('goes on elsewhere: the next attempt succeeds and clears away what the first had written', async () => {
    const stopping = new AbortController();
    const world = worldWith(async () => stopping.abort());
    const work = await handedOut(world, edfFile());
    await world.store.write(`results/acme/${work.jobId}/1/report.json`, Buffer.from('{}'), {
      contentType: 'application/json',
    });
    expect(await processWork(world.deps, work, stopping.signal)).toBe('released');
    const again = await handedOutAgain(world, work.jobId);

    expect(await processWork({ ...world.deps, analyse: analyseHere(world.store) }, again, never())).toBe(
      'succeeded',
    );
    const { result } = await world.job(work);
    expect(new Set((await world.resultOf(work)).map((name) => name.split('/')[0]))).toEqual(
      new Set([String(result?.epoch)]),
    );
  });

  it('by the owner is canceled, whether it was still analysing or just done', async () => {
    const world = worldWith(({ ledger }) => cancelJob(ledger, 'acme', work.jobId));
    const work = await handedOut(world, edfFile());

    expect(await processWork(world.deps, work, never())).toBe('canceled');
    expect(await world.job(work)).toMatchObject({ status: 'canceled', result: null });
  });

  it('by the owner in the middle of the analysis hears of it with a heartbeat', async () => {
    jest.useFakeTimers();
    const { analyse, begun } = endlessAnalysis();
    const world = createWorld({ analyse });
    const work = await handedOut(world, edfFile());
    const outcome = processWork(world.deps, work, never());
    await begun;
    await cancelJob(world.ledger, 'acme', work.jobId);
    await jest.advanceTimersByTimeAsync(10_000);
    jest.useRealTimers();

    expect(await outcome).toBe('canceled');
    expect((await world.job(work)).status).toBe('canceled');
  });

  it('because its recording was deleted is canceled, and publishes nothing', async () => {
    const world = worldWith(async ({ ledger }) => requestDeletion(ledger, 'acme', recordingId));
    const work = await handedOut(world, edfFile());
    const { recordingId } = await world.job(work);

    expect(await processWork(world.deps, work, never())).toBe('canceled');
    expect((await world.job(work)).result).toBeNull();
  });
});

describe('work whose lease is lost', () => {
  it('in the middle of the analysis writes nothing to the ledger any more', async () => {
    jest.useFakeTimers();
    const { analyse, begun } = endlessAnalysis();
    const world = createWorld({ analyse });
    const work = await handedOut(world, edfFile());
    const outcome = processWork(world.deps, work, never());
    await begun;
    await releaseRange(world.ledger, { ...work, epoch: 1, owner: 'worker:1' });
    const before = [world.writes(), await world.job(work)];
    await jest.advanceTimersByTimeAsync(10_000);
    jest.useRealTimers();

    expect(await outcome).toBe('lost');
    expect([world.writes(), await world.job(work)]).toEqual(before);
  });

  it('while the analysis comes to its end all the same publishes nothing', async () => {
    jest.useFakeTimers();
    const begun = Promise.withResolvers<void>();
    const analyse: Analyse = (_task, _onProgress, signal) => {
      begun.resolve();
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'written', files: [] })),
      );
    };
    const world = createWorld({ analyse });
    const work = await handedOut(world, edfFile());
    const outcome = processWork(world.deps, work, never());
    await begun.promise;
    await releaseRange(world.ledger, { ...work, epoch: 1, owner: 'worker:1' });
    await jest.advanceTimersByTimeAsync(10_000);
    jest.useRealTimers();

    expect(await outcome).toBe('lost');
    expect(await world.resultOf(work)).toEqual([]);
  });

  it.each([
    ['is done', edfFile()],
    ['has failed', Buffer.from('no recording')],
  ])('just before it %s changes nothing: the job is somebody else’s', async (_how, file) => {
    const world = worldWith(({ ledger }) => releaseRange(ledger, { ...work, epoch: 1, owner: 'worker:1' }));
    const work = await handedOut(world, file);

    expect(await processWork(world.deps, work, never())).toBe('lost');
    expect(await world.job(work)).toMatchObject({ phase: 'backlog', result: null, error: null });
  });
});
