import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { retryJob, writePolicy } from '@edf-pipeline/ledger';
import type { Ledger } from '@edf-pipeline/ledger';
import { seededRandom } from '@edf-pipeline/service/seeded-random';
import { standInClient } from '@edf-pipeline/stand-ins';
import type { LocalCluster } from '../local-cluster.ts';
import type { Expected } from './check-outcome.ts';
import { checkTenant, expectedOf, isQuarantined } from './check-outcome.ts';
import { checkObjects } from './check-objects.ts';
import type { ChaosReport } from './chaos-report.ts';
import { reportOf } from './chaos-report.ts';
import { disturb } from './disturb.ts';
import type { TenantRows } from './ledger-rows.ts';
import { openLedger, readTenantRows } from './ledger-rows.ts';
import { watchLimits } from './limit-watch.ts';
import { createEventNoise } from './object-event-noise.ts';
import { receiveBodies } from './queue-contents.ts';
import { settle, waitForQueue } from './settle.ts';
import { startDisturbedCluster } from './start-disturbed-cluster.ts';
import type { Kill } from './supervised-process.ts';
import type { UploadedContent } from './upload-contents.ts';
import { createTenantClient, uploadContents } from './upload-contents.ts';
import { createUploadGate } from './upload-gate.ts';
import type { PlannedUpload } from './upload-plan.ts';
import { planUploads } from './upload-plan.ts';

export interface ChaosOptions {
  readonly uploads: number;
  readonly kills: number;
  readonly seed: number;
  /** Redis: how often frozen, and how often killed and started empty; it is flushed once besides. */
  readonly freezes: number;
  readonly losses: number;
  /** Share of the connections that come to harm. */
  readonly harmShare: number;
  readonly leaseSeconds: number;
  /** The longest that a step of the disturbance waits until its share of the uploads is over. */
  readonly stepPatienceSeconds: number;
  /** How long the queue may take to become empty; a message that came too early comes again later each time. */
  readonly drainSeconds: number;
  /** Logs of the processes. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

const TENANTS = 5;
const CALM_TENANT = 'calm';
const RUNNING_LIMIT = 6;
/** More than all tenants may have in hand together: some of their work has to wait. */
const LANES = 48;
const JOB_PATIENCE_SECONDS = 300;

/** The whole product under trouble of every kind, and what came of it; see {@link ChaosReport}. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { say } = options;
  const random = seededRandom(options.seed);
  const plan = planUploads(options.uploads, TENANTS, seededRandom(options.seed + 1));
  const disturbed = await startDisturbedCluster(options, random);
  const { cluster, supervised, redis, rightInstant } = disturbed;
  const client = standInClient(cluster.standIns.ministack.endpoint);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const sqs = new SQSClient(client);
  const ledger = openLedger(cluster);
  const kills: Kill[] = [];
  const limits = watchLimits({
    store: ledger.store,
    tenants: plan.tenants,
    limit: RUNNING_LIMIT,
    leaseSeconds: options.leaseSeconds,
    kills,
    rightInstant,
    everyMs: 250,
  });
  try {
    const expected = await runUndisturbed(cluster, ledger, plan.contents, say);
    for (const tenant of plan.tenants) await writePolicy(ledger, tenant, { maxRunningJobs: RUNNING_LIMIT });
    const noise = createEventNoise({ sqs, queueUrl: cluster.queueUrl, bucket: cluster.bucket, random });
    disturbed.setRough(true);
    const begunAt = performance.now();
    const gate = createUploadGate(options.uploads, LANES, options.stepPatienceSeconds);
    const uploading = uploadContents({
      clientOf: clientsOf(disturbed.url, cluster),
      uploads: plan.uploads,
      lanes: LANES,
      jobPatienceSeconds: JOB_PATIENCE_SECONDS,
      mayBegin: gate.mayBegin,
      onAnnounced: (tenant, uploadId) => random() < 0.05 && noise.again(tenant, uploadId),
      onUploaded: ({ tenant, uploadId, outcome }) => {
        gate.ended();
        if (outcome === 'done' && random() < 0.15) noise.again(tenant, uploadId);
        if (random() < 0.02) noise.nonsense();
      },
    });
    await disturb({
      random,
      processes: supervised,
      redis,
      kills: options.kills,
      troubles: { freeze: options.freezes, 'lose everything': options.losses, flush: 1 },
      log: kills,
      beforeStep: gate.reach,
      say,
    });
    gate.open();
    const uploaded = await uploading;
    const uploadSeconds = (performance.now() - begunAt) / 1000;
    disturbed.setRough(false);
    await noise.flush();
    say(`all uploads have ended after ${uploadSeconds.toFixed(0)} s; nothing is disturbed any more`);
    for (const each of supervised) await each.settled();
    await settle(ledger, plan.tenants, say);
    const settledSeconds = (performance.now() - begunAt) / 1000;
    const before = await rowsOf(ledger, plan.tenants);
    const quarantined = await retryQuarantined(ledger, before);
    if (quarantined.length > 0) await settle(ledger, plan.tenants, say);
    await limits.stop();
    const rows = await rowsOf(ledger, plan.tenants);
    return reportOf({
      options,
      skew: disturbed.skew,
      uploadSeconds,
      settledSeconds,
      kills,
      rightInstant,
      announcedMs: announcedIn([...rows.values()]),
      uploaded,
      rows: [...rows.values()],
      quarantined,
      selfEnded: supervised.flatMap(({ selfEnded }) => selfEnded),
      faults: plan.tenants.flatMap((tenant) =>
        checkTenant(tenant, ofTenant(uploaded, tenant), rows.get(tenant) ?? noRows, expected),
      ),
      objects: await checkObjects(s3, cluster.bucket, [
        ...rows.values(),
        await readTenantRows(ledger, CALM_TENANT),
      ]),
      limits,
      runningLimit: RUNNING_LIMIT,
      noise,
      inQueue: await waitForQueue(sqs, cluster.queueUrl, noise.unreadable.size, options.drainSeconds),
      deadLetters: await receiveBodies(sqs, cluster.deadLetterQueueUrl),
      proxies: disturbed.proxies,
    });
  } finally {
    await limits.stop();
    await disturbed.stop();
  }
}

/** Gateways have right clocks, and announcements are theirs. */
function announcedIn(rows: readonly TenantRows[]): (job: { uploadId: string }) => number {
  const uploads = rows.flatMap((each) => each.uploads);
  const createdAt = new Map(uploads.map(({ id, createdAt: at }) => [id, Date.parse(at)]));
  return ({ uploadId }) => createdAt.get(uploadId) ?? NaN;
}

const noRows: TenantRows = { uploads: [], recordings: [], jobs: [] };

const ofTenant = (uploaded: readonly UploadedContent[], tenant: string) =>
  uploaded.filter((each) => each.tenant === tenant);

/** Clients keep their connections: one client for each tenant. */
function clientsOf(url: string, cluster: LocalCluster) {
  const clients = new Map<string, ReturnType<typeof createTenantClient>>();
  return (tenant: string) => {
    const client = clients.get(tenant) ?? createTenantClient(url, cluster.users, tenant);
    clients.set(tenant, client);
    return client;
  };
}

/** Each content once, with nothing in the way, by a tenant of its own. */
async function runUndisturbed(
  cluster: LocalCluster,
  ledger: Ledger,
  contents: readonly PlannedUpload['content'][],
  say: (line: string) => void,
): Promise<Expected> {
  const begunAt = performance.now();
  const uploads = contents.map((content) => ({ tenant: CALM_TENANT, content }));
  const uploaded = await uploadContents({
    clientOf: clientsOf(cluster.url, cluster),
    uploads,
    lanes: LANES,
    jobPatienceSeconds: JOB_PATIENCE_SECONDS,
  });
  await settle(ledger, [CALM_TENANT], say);
  const seconds = ((performance.now() - begunAt) / 1000).toFixed(0);
  say(`undisturbed: ${contents.length} contents in ${seconds} s`);
  return expectedOf(uploaded, await readTenantRows(ledger, CALM_TENANT));
}

async function rowsOf(ledger: Ledger, tenants: readonly string[]): Promise<Map<string, TenantRows>> {
  const rows = new Map<string, TenantRows>();
  for (const tenant of tenants) rows.set(tenant, await readTenantRows(ledger, tenant));
  return rows;
}

/** What an operator does with a job whose processes were killed twice; answers the jobs. */
async function retryQuarantined(ledger: Ledger, rows: ReadonlyMap<string, TenantRows>): Promise<string[]> {
  const quarantined = [...rows.values()].flatMap(({ jobs }) => jobs.filter(isQuarantined));
  for (const { tenant, id } of quarantined) await retryJob(ledger, tenant, id);
  return quarantined.map(({ id }) => id);
}
