import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lease } from '@edf-pipeline/ledger';
import { claimRange } from '@edf-pipeline/ledger';
import { createLogger } from '@edf-pipeline/service';
import { createLeaseNotes, giveBackLeft } from './lease-notes.ts';
import { processWork } from './process-recording.ts';
import { edfFile } from './test-support/edf-file.ts';
import type { World } from './test-support/world.ts';
import { createWorld, handedOut } from './test-support/world.ts';

const never = () => new AbortController().signal;

describe('notes of leases', () => {
  let folder: string;
  let world: World;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'leases-'));
    world = createWorld();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const notes = () => createLeaseNotes(folder, world.deps.logger);
  const back = () => giveBackLeft({ ...world.deps, leases: notes() });

  async function claimedAndNoted(): Promise<Lease> {
    const claimed = await claimRange(world.ledger, await handedOut(world, edfFile()), world.deps.owner);
    if (claimed.outcome !== 'claimed') throw new Error(claimed.reason);
    await notes().keep(claimed.lease);
    return claimed.lease;
  }

  it('let the next process give back what the one before it held, as a crash', async () => {
    const lease = await claimedAndNoted();

    expect(await back()).toBe(1);
    expect(await world.job(lease)).toMatchObject({ phase: 'retry_wait', crashes: 1, attempts: 0 });
    expect(await readdir(folder)).toEqual([]);
    expect(await back()).toBe(0);
  });

  it('are there while work is done, and gone when it has ended', async () => {
    const seen: string[][] = [];
    const analyse: typeof world.deps.analyse = async (...args) => {
      while ((await readdir(folder)).length === 0) await delay(1);
      seen.push(await readdir(folder));
      return world.deps.analyse(...args);
    };
    const work = await handedOut(world, edfFile());

    expect(await processWork({ ...world.deps, analyse, leases: notes() }, work, never())).toBe('succeeded');
    expect(seen).toEqual([[`${work.jobId}.0.1.json`]]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are worth nothing when somebody else has the work by now', async () => {
    const lease = await claimedAndNoted();
    await notes().drop(lease);
    await notes().keep({ ...lease, epoch: lease.epoch - 1 });

    expect(await back()).toBe(0);
    expect(await world.job(lease)).toMatchObject({ phase: 'running', crashes: 0 });
  });

  it('of a process that still lives are left alone', async () => {
    const lease = await claimedAndNoted();
    const file = path.join(folder, `${lease.jobId}.0.1.json`);
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    try {
      const note = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...note, pid: other.pid }));

      expect(await back()).toBe(0);
      expect(await world.job(lease)).toMatchObject({ phase: 'running' });
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
    expect(await back()).toBe(1);
  });

  it('of another machine or pod are left alone', async () => {
    const lease = await claimedAndNoted();
    const file = path.join(folder, `${lease.jobId}.0.1.json`);
    const note = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...note, host: 'another' }));

    expect(await back()).toBe(0);
    expect(await world.job(lease)).toMatchObject({ phase: 'running' });
  });

  it('outlive an earlier attempt of this process that ends late', async () => {
    const lease = await claimedAndNoted();
    await notes().drop({ ...lease, epoch: lease.epoch - 1 });

    expect(await back()).toBe(1);
  });

  it('that were cut while they were written are passed over', async () => {
    await claimedAndNoted();
    await writeFile(path.join(folder, 'job_cut.0.1.json'), '{"pid":1,"lea');
    await writeFile(path.join(folder, 'job_odd.0.1.json'), '{"pid":1}');

    expect(await back()).toBe(1);
  });

  it('hold nothing up when the ledger does not answer: the lease runs out', async () => {
    const lease = await claimedAndNoted();
    const store = { ...world.ledger.store, get: () => Promise.reject(new Error('the ledger is away')) };
    const ledger = { ...world.ledger, store };

    expect(await giveBackLeft({ ...world.deps, ledger, leases: notes() })).toBe(0);
    expect(await world.job(lease)).toMatchObject({ phase: 'running' });
    expect(world.log()).toContain('its lease runs out');
  });

  it('that cannot be written cost no work, and are spoken of', async () => {
    const lines: string[] = [];
    const logger = createLogger({ name: 'p', level: 'warn' }, { write: (line) => void lines.push(line) });
    const file = path.join(folder, 'no-folder');
    await writeFile(file, '');
    const leases = createLeaseNotes(path.join(file, 'below'), logger);
    const work = await handedOut(world, edfFile());

    expect(await leases.left()).toEqual([]);
    expect(await processWork({ ...world.deps, leases }, work, never())).toBe('succeeded');
    expect(lines.join('')).toContain('EDF_LEASE_FOLDER cannot be used');
  });
});
