import type { SignedPart } from '@edf-pipeline/contracts';
import { asNetworkError } from './api-transport.ts';
import { NetworkError, UploadError } from './errors.ts';
import { limitedTo } from './limited.ts';
import type { PartAnswer, PartTransport } from './part-transport.ts';
import { storeProblemOf } from './store-problem.ts';
import { retryDelayMs } from './retry.ts';
import type { Wait } from './retry.ts';
import type { Timing } from './timing.ts';

/** Where bytes cannot be seen leaving, a part may take as long as this speed needs, and the stall limit. */
const LOWEST_BYTES_PER_SECOND = 32 * 1_024;
const MAX_REFUSALS = 4;
const MIN_ATTEMPTS = 4;

export interface SendPartOptions {
  readonly transport: PartTransport;
  readonly timing: Timing;
  readonly stallSeconds: number;
  readonly patienceSeconds: number;
  readonly signal: AbortSignal;
  /** A single PUT, which the store takes only once (`If-None-Match: *`). */
  readonly isSingle: boolean;
  sign(isFresh: boolean): Promise<SignedPart>;
  onBytes(sentBytes: number): void;
  onWait(wait: Wait): void;
}

/** What an answer of the object store to a part means. */
export type PartVerdict = 'arrived' | 'again' | 'sign-again' | 'ended';

/** Pure: which step follows an answer. */
export function partVerdict(answer: PartAnswer, isSingle: boolean): PartVerdict {
  const { status, text } = answer;
  if (status >= 200 && status < 300) return 'arrived';
  // The object is there: an earlier try had landed and its answer was lost. Completing verifies the bytes.
  if (status === 412 && isSingle) return 'arrived';
  if (status === 404 && text.includes('NoSuchUpload')) return 'ended';
  if (status === 408 || status === 409 || status === 429 || status >= 500) return 'again';
  // 401, 403, 400 ExpiredToken, and whatever else a new signature may heal; counted, so it ends.
  return 'sign-again';
}

/**
 * Sends one part until it has arrived.
 *
 * @throws UploadError `part-refused`, `upload-ended`, and `storage-full` when patience has run out; NetworkError when
 *   it has run out for any other reason
 */
export async function sendPart(body: Uint8Array, options: SendPartOptions): Promise<void> {
  const { timing, signal } = options;
  let failingSince: number | null = null;
  let refusals = 0;
  let isFresh = false;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const request = await options.sign(isFresh);
    isFresh = false;
    let failure: NetworkError | UploadError;
    try {
      const answer = await putWatched(request, body, options);
      const verdict = partVerdict(answer, options.isSingle);
      if (verdict === 'arrived') return;
      if (verdict === 'ended')
        throw new UploadError('upload-ended', 'the upload no longer exists', { status: 404 });
      failure = failureOf(answer);
      if (verdict === 'sign-again') {
        refusals += 1;
        isFresh = true;
        if (refusals > MAX_REFUSALS) throw refusalOf(answer);
      }
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      failure = error;
      // Some stores cut the connection instead of answering 403 while the body is still coming.
      isFresh = attempt % 2 === 0;
    }
    options.onBytes(0);
    failingSince ??= timing.now();
    const delay = retryDelayMs(attempt, timing.random(), null);
    const isPatient = timing.now() + delay - failingSince <= options.patienceSeconds * 1_000;
    if (!isPatient && attempt >= MIN_ATTEMPTS) throw failure;
    const code = failure.code === 'storage-full' ? failure.code : 'network';
    options.onWait({ attempt, seconds: delay / 1_000, reason: failure.message, code });
    await timing.sleep(delay, signal);
  }
}

/** Why a part has not arrived, and may arrive when it is sent again. */
function failureOf(answer: PartAnswer): NetworkError | UploadError {
  const { status } = answer;
  if (storeProblemOf(answer).isFull)
    return new UploadError('storage-full', 'the disk of the service is full', { status });
  return new NetworkError(`the object store answered ${status}`, { status });
}

function refusalOf(answer: PartAnswer): UploadError {
  const { status } = answer;
  const { code, message } = storeProblemOf(answer);
  const reason = [status, code].filter(Boolean).join(' ') + (message ? `: ${message}` : '');
  return new UploadError('part-refused', `the object store keeps refusing a part (${reason})`, { status });
}

/** One try, ended when no byte has left for the stall limit; the time as a whole has none. */
async function putWatched(
  request: SignedPart,
  body: Uint8Array,
  options: SendPartOptions,
): Promise<PartAnswer> {
  const { transport, signal, stallSeconds } = options;
  const blindSeconds = transport.reportsBytes ? 0 : body.byteLength / LOWEST_BYTES_PER_SECOND;
  const watchdog = limitedTo(stallSeconds + blindSeconds, signal);
  let sentBytes = 0;
  const onBytes = (sent: number) => {
    if (sent <= sentBytes) return;
    sentBytes = sent;
    watchdog.touch();
    options.onBytes(sent);
  };
  try {
    return await transport.putPart(request, body, onBytes, watchdog.signal);
  } catch (error) {
    if (watchdog.isOver())
      throw new NetworkError(`no byte has moved for ${stallSeconds} s`, { cause: error });
    throw asNetworkError(error, signal);
  } finally {
    watchdog.release();
  }
}
