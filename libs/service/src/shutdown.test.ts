import { EventEmitter } from 'node:events';
import { runShutdown, untilAskedToStop } from './shutdown.ts';
import { capturedLogger } from './test-support/captured-logger.ts';

const { jest } = import.meta;

describe('a shutdown', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs its phases one after the other', async () => {
    const { logger, lines } = capturedLogger();
    const happened: string[] = [];
    const first = Promise.withResolvers<void>();
    const done = runShutdown(
      [
        { name: 'first', seconds: 5, run: () => first.promise.then(() => void happened.push('first')) },
        { name: 'second', seconds: 5, run: () => void happened.push('second') },
      ],
      logger,
    );
    await jest.advanceTimersByTimeAsync(4_999);
    expect(happened).toEqual([]);
    first.resolve();

    expect(await done).toBe(true);
    expect(happened).toEqual(['first', 'second']);
    expect(lines()).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives a phase up after its time, goes on, and says so', async () => {
    const { logger, lines } = capturedLogger();
    const last = jest.fn();
    const done = runShutdown(
      [
        { name: 'hangs', seconds: 2, run: () => new Promise<void>(() => undefined) },
        { name: 'last', seconds: 2, run: last },
      ],
      logger,
    );
    await jest.advanceTimersByTimeAsync(1_999);
    expect(last).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);

    expect(await done).toBe(false);
    expect(last).toHaveBeenCalled();
    expect(lines()).toEqual([
      expect.objectContaining({ msg: 'A shutdown phase was given up', phase: 'hangs', seconds: 2 }),
    ]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('goes on behind a phase that %s, and says so', async (_how, run) => {
    const { logger, lines } = capturedLogger();
    const last = jest.fn();

    expect(
      await runShutdown(
        [
          { name: 'breaks', seconds: 2, run },
          { name: 'last', seconds: 2, run: last },
        ],
        logger,
      ),
    ).toBe(false);
    expect(last).toHaveBeenCalled();
    expect(lines()[0]).toMatchObject({ phase: 'breaks', error: { message: 'broken' } });
  });
});

describe('being asked to stop', () => {
  const fakeProcess = () => Object.assign(new EventEmitter(), { exit: jest.fn() });

  it.each(['SIGTERM', 'SIGINT'] as const)('by %s resolves, and ends nothing by itself', async (signal) => {
    const process = fakeProcess();
    const asked = untilAskedToStop(process as unknown as NodeJS.Process);
    process.emit(signal, signal);

    expect(await asked).toBe(signal);
    expect(process.exit).not.toHaveBeenCalled();
  });

  it('a second time ends the process at once', async () => {
    const process = fakeProcess();
    const asked = untilAskedToStop(process as unknown as NodeJS.Process);
    process.emit('SIGTERM', 'SIGTERM');
    await asked;
    process.emit('SIGINT', 'SIGINT');

    expect(process.exit).toHaveBeenCalledWith(1);
  });
});
