// How many authorised uploads one gateway process announces in a second of one core, with the ledger in memory, and
// what it does with three times as many:
//   npm run bench -- upload-creations
// Then what it is with the ledger in DynamoDB Local, which shares the machine. CPU seconds are those of the gateway's
// process: they do not change when other processes share the machine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createLedgerClient, createLedgerTable } from '@edf-pipeline/ledger/dynamodb';
import { StandInMissing, standInClient, startDynamodbLocal } from '@edf-pipeline/stand-ins';
import type { DynamodbLocal } from '@edf-pipeline/stand-ins';
import { defaultInFlight } from '../src/in-flight.ts';
import { Connections, announcement } from './load.ts';
import type { Outcome } from './load.ts';

const SECONDS = 6;
const ROUNDS = 3;
const CLOSED_CONNECTIONS = 32;
const OPEN_CONNECTIONS = 1_000;

interface Gateway {
  readonly port: number;
  readonly tokens: readonly string[];
  cpuSeconds(): Promise<number>;
  stop(): void;
}

async function startGateway(...args: string[]): Promise<Gateway> {
  const child = fork(new URL('./gateway-process.ts', import.meta.url), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ port, tokens }] = (await once(child, 'message')) as [{ port: number; tokens: string[] }];
  return {
    port,
    tokens,
    async cpuSeconds() {
      child.send('cpu');
      const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }];
      return (cpu.user + cpu.system) / 1e6;
    },
    stop: () => child.disconnect(),
  };
}

let gateway: Gateway;
let turn = 0;
const nextRequest = () => announcement(gateway.tokens[turn++ % gateway.tokens.length] ?? '');

interface Measured {
  readonly outcomes: readonly Outcome[];
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function measure(load: (note: (outcome: Outcome) => void) => Promise<void>): Promise<Measured> {
  const outcomes: Outcome[] = [];
  const [cpuBefore, begunAt] = [await gateway.cpuSeconds(), performance.now()];
  await load((outcome) => outcomes.push(outcome));
  const seconds = (performance.now() - begunAt) / 1000;
  return { outcomes, seconds, cpuSeconds: (await gateway.cpuSeconds()) - cpuBefore };
}

/** Each connection asks again as soon as it is answered: the most that the gateway can do. */
const closedLoop = (seconds: number, count: number, waitsAsTold = false) =>
  measure(async (note) => {
    const connections = new Connections(gateway.port, count);
    const until = performance.now() + seconds * 1000;
    await Promise.all(
      Array.from({ length: count }, async () => {
        while (performance.now() < until) {
          const sentAt = performance.now();
          const answer = await connections.send(nextRequest());
          note({ ...answer, milliseconds: performance.now() - sentAt });
          const left = until - performance.now();
          if (waitsAsTold && answer.status === 503) await delay(Math.min(left, 1_000 * (1 + Math.random())));
        }
      }),
    );
    connections.close();
  });

/** Requests come when they come, whatever has become of those before. */
const openLoop = (seconds: number, perSecond: number) =>
  measure(async (note) => {
    const connections = new Connections(gateway.port, OPEN_CONNECTIONS);
    const begunAt = performance.now();
    const all: Promise<void>[] = [];
    for (let sent = 0; performance.now() - begunAt < seconds * 1000;) {
      const dueCount = Math.floor(((performance.now() - begunAt) / 1000) * perSecond);
      for (; sent < dueCount; sent++) {
        const dueAt = begunAt + (sent / perSecond) * 1000;
        // Clients have no more connections than these; who finds none does not come.
        if (connections.freeCount === 0) continue;
        all.push(
          connections
            .send(nextRequest())
            .then((answer) => note({ ...answer, milliseconds: performance.now() - dueAt })),
        );
      }
      await delay(1);
    }
    await Promise.all(all);
    connections.close();
  });

const percentile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

const timesOf = (outcomes: readonly Outcome[]) => outcomes.map(({ milliseconds }) => milliseconds);

const latencies = (outcomes: readonly Outcome[]) => {
  const values = timesOf(outcomes);
  return `p50 ${percentile(values, 0.5).toFixed(1)} ms, p99 ${percentile(values, 0.99).toFixed(1)} ms`;
};

const isCreated = ({ status }: Outcome) => status === 201;

interface Rates {
  readonly perSecond: number;
  /** Created in a second of CPU of the gateway. */
  readonly perCore: number;
  readonly p99: number;
}

function report(name: string, { outcomes, seconds, cpuSeconds: cpu }: Measured): Rates {
  const created = outcomes.filter(isCreated);
  const refused = outcomes.filter(({ status }) => status === 503);
  const others = outcomes.length - created.length - refused.length;
  const perCore = created.length / cpu;
  const lines = [
    `${name}: ${(created.length / seconds).toFixed(0)} created/s, ${perCore.toFixed(0)} /s/core (gateway used ${(cpu / seconds).toFixed(2)} cores), ${latencies(created)}`,
    ...(refused.length > 0
      ? [
          `  refused ${(refused.length / seconds).toFixed(0)} /s, ${latencies(refused)}, with Retry-After: ${refused.every(({ retryAfter }) => retryAfter)}`,
        ]
      : []),
    ...(others > 0 ? [`  other answers: ${others}`] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return { perSecond: created.length / seconds, perCore, p99: percentile(timesOf(created), 0.99) };
}

const peaks: Rates[] = [];

async function peakNow(): Promise<number> {
  const rates = report(
    `at most (${CLOSED_CONNECTIONS} connections)`,
    await closedLoop(SECONDS, CLOSED_CONNECTIONS),
  );
  peaks.push(rates);
  return rates.perSecond;
}

/** From the lowest to the highest of several measurements. */
const span = (values: readonly number[]) =>
  `${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))}`;

/** A row of the table in docs/performance.md. */
const row = (what: string, measured: string, goal = '') =>
  process.stdout.write(`| ${what} | ${measured} | ${goal} |\n`);

/**
 * Runs `measured` against a gateway of its own, warmed up. The ledger in memory keeps everything: what one round has
 * left there would cost the next one its collector's time.
 */
async function withGateway<T>(measured: () => Promise<T>, ...args: string[]): Promise<T> {
  gateway = await startGateway(...args);
  await closedLoop(SECONDS / 2, CLOSED_CONNECTIONS);
  const answer = await measured();
  gateway.stop();
  return answer;
}

/** Even one round's ledger grows, so an overload is compared with the peaks right before and right after it. */
async function keptOfPeak(name: string, overload: (peak: number) => Promise<Measured>): Promise<void> {
  const shares: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const share = await withGateway(async () => {
      const before = await peakNow();
      const { perSecond } = report(name, await overload(before));
      return (200 * perSecond) / (before + (await peakNow()));
    });
    shares.push(share);
  }
  row(`gateway, ${name}: share of the peak, of ${ROUNDS} rounds`, `${span(shares)} %`, '≥ 90 %');
}

await withGateway(async () => report('at 80 %', await openLoop(SECONDS, (await peakNow()) * 0.8)));
await keptOfPeak('three times as many clients, who come again when told to', () =>
  closedLoop(SECONDS, 3 * defaultInFlight.maxWorking, true),
);
await keptOfPeak('300 % of the requests, from clients who do not listen', (before) =>
  openLoop(SECONDS, before * 3),
);
row(
  `gateway, authorised upload creations, ledger in memory, ${peaks.length} times at the peak`,
  `${span(peaks.map(({ perCore }) => perCore))} a second and core`,
  '≥ 1,500',
);
row('… p99', `${span(peaks.map(({ p99 }) => p99))} ms`, '≤ 50 ms');
try {
  await onDynamodbLocal(await startDynamodbLocal());
} catch (error) {
  if (!(error instanceof StandInMissing)) throw error;
  process.stdout.write(`not on DynamoDB Local: ${error.message}\n`);
}

/** A server in one Java process: it says what a creation costs the gateway, not what DynamoDB can do. */
async function onDynamodbLocal(server: DynamodbLocal): Promise<void> {
  const table = 'upload-creations';
  await createLedgerTable(createLedgerClient(standInClient(server.endpoint)), table);
  const { perCore } = await withGateway(
    async () => report('on DynamoDB Local', await closedLoop(SECONDS, CLOSED_CONNECTIONS)),
    server.endpoint,
    table,
  );
  row('… ledger in DynamoDB Local, which shares the machine', `${Math.round(perCore)} a second and core`);
  await server.stop();
}
