import { GzipError, isEdfError } from '@edf-pipeline/edf';
import { ApiProblem, NetworkError, UploadError } from '@edf-pipeline/uploader';

/** 0 ok · 1 findings or a file not succeeded · 2 usage · 3 sign-in · 4 network, resumable · 130 interrupted. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, auth: 3, network: 4, interrupted: 130 } as const;

/** What the caller typed cannot be done; the message says what to type instead. */
export class UsageError extends Error {
  readonly code = 'usage';
}

/** There is no access token, or it may not be used. */
export class AuthError extends Error {
  readonly code = 'no-access-token';
}

/** Nobody listens at an address of this machine: waiting for the network would change nothing. */
export class NotRunning extends Error {
  readonly code = 'not-running';
}

/** Ctrl-C, or the system asked us to stop. */
export class Interrupted extends Error {
  readonly code = 'interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('stopped');
    this.exitCode = exitCode;
  }
}

/** The exit code an error ends the program with; null for a mistake of our own. */
export function exitCodeOf(error: unknown): number | null {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof UsageError) return exitCodes.usage;
  if (isEdfError(error) || error instanceof GzipError) return exitCodes.failed;
  if (error instanceof AuthError || isAuthProblem(error)) return exitCodes.auth;
  if (error instanceof NetworkError || error instanceof NotRunning) return exitCodes.network;
  if (error instanceof ApiProblem && error.problem.status >= 500) return exitCodes.network;
  if (isStorageFull(error)) return exitCodes.network;
  if (error instanceof ApiProblem || error instanceof UploadError) return exitCodes.failed;
  const code = (error as NodeJS.ErrnoException).code;
  // Files and folders of the caller's: not there, not ours, disk full.
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? exitCodes.failed : null;
}

/** True when every other call would be refused for the same reason. */
export function isAuthProblem(error: unknown): boolean {
  if (error instanceof AuthError) return true;
  return error instanceof ApiProblem && (error.code === 'unauthenticated' || error.code === 'forbidden');
}

/** Later there may be room: as with the network, the same command goes on. */
const isStorageFull = (error: unknown) => error instanceof UploadError && error.code === 'storage-full';

/** One or two sentences for people: what was wrong and what to do. */
export function sentenceOf(error: unknown, url: string): string {
  if (error instanceof NetworkError)
    return `${error.message}. Is ${url} running? The same command goes on later.`;
  if (isStorageFull(error))
    return 'The disk of the service is full. Tell its operator; the same command goes on once there is room.';
  if (error instanceof ApiProblem && error.code === 'unauthenticated') {
    return `${url} does not accept this access token. Sign in with edf login, or give another with --token or EDF_TOKEN.`;
  }
  if (error instanceof ApiProblem && error.code === 'not-found') return 'There is nothing with this id here.';
  return (error as Error).message;
}
