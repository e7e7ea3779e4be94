import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';
import type { WriteOptions } from '@edf-pipeline/edf';

// The tests start the program itself: on a busy machine each start takes its time.
(import.meta as unknown as { jest: { setTimeout(milliseconds: number): void } }).jest.setTimeout(60_000);

const bin = fileURLToPath(new URL('../../bin/edf.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout as objects. */
  json(): any[]; // eslint-disable-line @typescript-eslint/no-explicit-any -- what the program printed is unknown
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the output so far matches. */
  until(pattern: RegExp): Promise<void>;
}

/** The program as people start it, in a folder of its own. */
export interface EdfProgram {
  readonly folder: string;
  readonly env: Record<string, string>;
  start(...args: string[]): Running;
  run(...args: string[]): Promise<Ended>;
  remove(): Promise<void>;
}

export async function edfProgram(env: Record<string, string>): Promise<EdfProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'edf-cli-'));
  const all: Record<string, string> = {
    PATH: '/usr/bin:/bin',
    // Times for people are local: those of no test depend on the machine.
    TZ: 'Asia/Kathmandu',
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    ...env,
  };
  const start = (...args: string[]): Running => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env: all });
    let stdout = '';
    let stderr = '';
    let wake = () => {};
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      wake();
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      wake();
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => {
        const lines = () => stdout.split('\n').filter(Boolean);
        resolve({ code, stdout, stderr, json: () => lines().map((line) => JSON.parse(line)) });
      });
    });
    const until = async (pattern: RegExp) => {
      while (!pattern.test(stdout + stderr)) await new Promise<void>((resolve) => (wake = resolve));
    };
    return { child, ended, until };
  };
  return {
    folder,
    env: all,
    start,
    run: (...args) => start(...args).ended,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A small, correct recording; `seed` makes its bytes differ. */
export function recordingBytes(seed = 0, more: Partial<WriteOptions> = {}): Uint8Array {
  const options: WriteOptions = {
    variant: 'EDF',
    startDateTime: '2020-01-02T22:00:00',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 3,
    localPatientIdentification: 'X X X X',
    localRecordingIdentification: 'Startdate 02-JAN-2020 X X X',
    signals: [
      {
        label: 'EEG Fpz-Cz',
        physicalDimension: 'uV',
        physicalMin: -200,
        physicalMax: 200,
        samplesPerDataRecord: 100,
      },
    ],
    ...more,
  };
  const records = Array.from({ length: options.dataRecordCount }, (_, record) =>
    encodeDataRecord(options, record, {
      samples: [Array.from({ length: 100 }, (_, i) => i + seed + record)],
    }),
  );
  return Buffer.concat([encodeHeader(options), ...records]);
}
