import {
  HttpProblem,
  abortUpload,
  announceUpload,
  cancel,
  completeUpload,
  deleteRecording,
  retry,
  signParts,
} from '@edf-pipeline/gateway/requests';
import type { GatewayDeps, RequestContext } from '@edf-pipeline/gateway/requests';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import { isStorageError, StorageError } from '@edf-pipeline/storage';
import type { Random } from './random.ts';
import type { RecordingContent } from './services/recording-body.ts';
import { checksumOf, contentIdOf } from './services/recording-body.ts';
import type { SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

/** What a person does with a recording. All of it follows from the plan, whatever happens on the way. */
export interface UploadPlan {
  readonly name: string;
  readonly tenant: string;
  readonly content: RecordingContent;
  readonly startSeconds: number;
  /** Says ahead what the bytes are; `wrong`: and is mistaken. */
  readonly declares: 'nothing' | 'right' | 'wrong';
  /** Where the person walks away. */
  readonly givesUp: 'never' | 'before-sending' | 'half-sent' | 'before-completing';
  readonly completesTwice: boolean;
  readonly announcesTwice: boolean;
  /** Sends the bytes a second time, long after. */
  readonly sendsAgainAfterSeconds: number | null;
  readonly afterwards: readonly {
    readonly what: 'abort' | 'cancel' | 'retry' | 'delete';
    readonly waitSeconds: number;
  }[];
}

/** Words that must never leave the file name's seal. */
export const CANARY = 'canary-jane-doe';

type Request<T> = (deps: GatewayDeps, context: RequestContext) => Promise<T>;

/** No answer came, or none that says what happened. */
class NoAnswer extends Error {
  readonly code = 'no-answer';
}

const PATIENCE_SECONDS = 20;
const MAX_TRIES = 8;

/** Carries a plan out. Resolves when the person is done, or has lost patience. */
export async function carryOutPlan(world: World, plan: UploadPlan): Promise<void> {
  const person = world.person(plan.name);
  await person.sleep(plan.startSeconds);
  const ask = <T>(request: Request<T>) => persist(world, person, plan.tenant, request);
  try {
    await upload(world, person, plan, ask);
  } catch (error) {
    // Refused, or out of patience: what is left behind is the product's to deal with.
    if (!(error instanceof HttpProblem || error instanceof NoAnswer || error instanceof StorageError))
      throw error;
  }
}

type Ask = <T>(request: Request<T>) => Promise<T>;

async function upload(world: World, person: SimProcess, plan: UploadPlan, ask: Ask): Promise<void> {
  const body = {
    fileName: `${CANARY}-${plan.name}.edf`,
    byteLength: plan.content.byteLength,
    ...(plan.declares !== 'nothing' && { contentId: declaredOf(plan) }),
  };
  const announce = () => ask((deps, context) => announceUpload(deps, context, plan.name, body));
  const answers = await Promise.all(plan.announcesTwice ? [announce(), announce()] : [announce()]);
  for (const answer of answers) note(world, plan, answer.upload);
  const announced = answers[0]!.upload;
  if (!announced.isDuplicate) await sendAndComplete(world, person, plan, ask, announced.id);
  for (const { what, waitSeconds } of plan.afterwards) {
    await person.sleep(waitSeconds);
    await act(ask, what, announced).catch((error: unknown) => {
      if (!(error instanceof HttpProblem)) throw error;
    });
  }
}

function note(
  world: World,
  plan: UploadPlan,
  { id, isDuplicate }: { id: string; isDuplicate: boolean },
): void {
  if (isDuplicate) return;
  const at = world.time.now();
  world.history.add({ kind: 'answered', at, tenant: plan.tenant, request: plan.name, uploadId: id });
}

const declaredOf = ({ content, declares }: UploadPlan) =>
  contentIdOf(declares === 'right' ? content : { ...content, number: content.number + 1_000_000 });

async function sendAndComplete(
  world: World,
  person: SimProcess,
  plan: UploadPlan,
  ask: Ask,
  uploadId: string,
): Promise<void> {
  if (plan.givesUp === 'before-sending') return;
  const send = () => sendParts(world, person, plan, ask, uploadId);
  await send();
  if (plan.givesUp !== 'never') return;
  const complete = () => ask((deps, context) => completeUpload(deps, context, uploadId));
  await Promise.all(plan.completesTwice ? [complete(), complete()] : [complete()]);
  if (plan.sendsAgainAfterSeconds !== null) await sendLate(world, person, plan, ask, uploadId);
}

async function sendParts(
  world: World,
  person: SimProcess,
  plan: UploadPlan,
  ask: Ask,
  uploadId: string,
): Promise<void> {
  const { content } = plan;
  const ranges = partRangesFor(content.byteLength);
  const parts = ranges.map(({ partNumber, start, end }) => ({
    partNumber,
    checksumSha256: checksumOf({ content, start, end }),
  }));
  const signed = await ask((deps, context) => signParts(deps, context, uploadId, { parts }));
  const sent = plan.givesUp === 'half-sent' ? signed.parts.slice(1) : signed.parts;
  for (const request of sent) {
    const { start, end } = ranges[request.partNumber - 1]!;
    await put(world, person, request, () => world.services.objects.send(request, { content, start, end }));
  }
}

/** The same signed requests once more, long after: bytes that nobody waits for. */
async function sendLate(world: World, person: SimProcess, plan: UploadPlan, ask: Ask, uploadId: string) {
  await person.sleep(plan.sendsAgainAfterSeconds ?? 0);
  await sendParts(world, person, plan, ask, uploadId);
}

/** Sends one part until the store has it. */
async function put(world: World, person: SimProcess, request: { url: string }, carryOut: () => void) {
  for (let tries = 1; ; tries++) {
    try {
      await world.network.call(
        { process: person, service: 'objects', op: 'send', isChange: true },
        () => {
          const at = world.time.now();
          world.history.add({
            kind: 'other',
            at,
            by: person.name,
            what: `sends ${request.url.split('?')[0]}`,
          });
          carryOut();
        },
        () => new StorageError('storage-unavailable', 'no answer'),
      );
      return;
    } catch (error) {
      // It is there: an earlier try arrived after all.
      if (isStorageError(error, 'object-exists')) return;
      if (!isStorageError(error, 'storage-unavailable') || tries === MAX_TRIES) throw error;
      await person.sleep(1 + person.random.next() * 2);
    }
  }
}

async function act(
  ask: Ask,
  what: 'abort' | 'cancel' | 'retry' | 'delete',
  { id, jobId, recordingId }: { id: string; jobId: string; recordingId: string },
): Promise<void> {
  if (what === 'abort') await ask((deps, context) => abortUpload(deps, context, id));
  if (what === 'cancel') await ask((deps, context) => cancel(deps, context, jobId));
  if (what === 'retry') await ask((deps, context) => retry(deps, context, jobId));
  if (what === 'delete') await ask((deps, context) => deleteRecording(deps, context, recordingId));
}

/** Asks until somebody answers what happened. @throws HttpProblem when refused; NoAnswer when patience ends */
export async function persist<T>(
  world: World,
  person: SimProcess,
  tenant: string,
  request: Request<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await askOnce(world, person, tenant, request);
    } catch (error) {
      if (error instanceof HttpProblem) throw error;
      if (tries === MAX_TRIES) throw new NoAnswer('gave up', { cause: error });
      await person.sleep(1 + person.random.next() * tries);
    }
  }
}

/** One HTTP request to any gateway that lives, with its answer; either may be lost. */
function askOnce<T>(world: World, person: SimProcess, tenant: string, request: Request<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const gateways = world.gateways();
  if (gateways.length === 0) return Promise.reject(new NoAnswer('nobody is there'));
  const { process, handle } = person.random.pick(gateways);
  const timer = person.timers.start(() => reject(new NoAnswer('no answer')), PATIENCE_SECONDS * 1000);
  const answer = (settle: () => void) =>
    travel(world, person.random, () => {
      person.timers.stop(timer);
      settle();
    });
  travel(world, person.random, () => {
    if (!process.isAlive()) return answer(() => reject(new NoAnswer('connection refused')));
    process.resume(() => {
      handle(tenant, request).then(
        (value) => answer(() => resolve(value)),
        (error: Error) => answer(() => reject(error)),
      );
    });
  });
  return promise;
}

function travel(world: World, random: Random, arrive: () => void): void {
  if (!world.isBusy) return void world.time.after(1, arrive);
  if (random.chance(0.02)) return;
  world.time.after(5 + random.next() * 50, arrive);
}
