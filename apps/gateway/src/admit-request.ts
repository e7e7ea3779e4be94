import type { Request, Response } from 'express';
import type { Caller } from './access-token.ts';
import { createCallerMemory } from './caller-memory.ts';
import type { GatewayDeps } from './deps.ts';
import { HttpProblem } from './problem.ts';
import { rateLimitFields } from './rate-limit-fields.ts';
import type { Taken } from './rate-limits.ts';
import { costOfRequest } from './request-cost.ts';

/** Who asks, and whether it may ask now; every answer says how much of its limits is left. */
export type AdmitRequest = (
  request: Request,
  response: Response,
  authorization: string | undefined,
) => Promise<Caller>;

/**
 * Lets a request in before anything of its body is read. An address that keeps coming without a good token is not
 * listened to for a while, except for those at it whose token is known to be good: they may share it.
 */
export function createAdmission({ verify, rates, ledger }: GatewayDeps): AdmitRequest {
  const callers = createCallerMemory(verify, ledger.clock);

  const tell = (response: Response, { standings, retryAfterSeconds }: Taken, detail: string) => {
    for (const [name, value] of Object.entries(rateLimitFields(standings))) response.setHeader(name, value);
    if (retryAfterSeconds !== null) throw new HttpProblem('rate-limited', detail, { retryAfterSeconds });
  };

  const meet = async (response: Response, address: string, authorization: string | undefined) => {
    const before = await rates.lookAtStranger(address);
    tell(
      response,
      before,
      'Too many requests without a valid token came from your address; try again later.',
    );
    try {
      return await callers.verify(authorization);
    } catch (error) {
      const isRefusal =
        error instanceof HttpProblem && (error.code === 'unauthenticated' || error.code === 'forbidden');
      if (isRefusal) {
        const noted = await rates.noteStranger(address);
        tell(response, { ...noted, retryAfterSeconds: null }, '');
      }
      throw error;
    }
  };

  return async (request, response, authorization) => {
    const caller =
      callers.known(authorization) ?? (await meet(response, request.ip ?? 'unknown', authorization));
    const taken = await rates.take(caller, costOfRequest(request.method, request.path));
    const whose = taken.standings.length === 1 ? 'You send' : 'Your organisation sends';
    tell(response, taken, `${whose} more requests than allowed; try again in ${taken.retryAfterSeconds} s.`);
    return caller;
  };
}
