import type { OperatorAction } from '@edf-pipeline/ledger';
import { writeOperatorAudit } from '@edf-pipeline/ledger';
import type { Request, Response, NextFunction } from 'express';
import type { Caller } from './access-token.ts';
import type { ContextOf, GatewayDeps, RequestContext } from './deps.ts';
import { HttpProblem } from './problem.ts';

/** @throws HttpProblem `forbidden` */
export function assertRole(caller: Caller, role: 'owner' | 'operator', what: string): void {
  if (caller.roles.includes(role)) return;
  throw new HttpProblem('forbidden', `${what} needs the role ${role}, which your account does not have.`);
}

/** Stands before every route of operators: one that is added later cannot forget to ask. */
export function operatorsOnly(context: ContextOf) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    assertRole(context(request).caller, 'operator', 'Running the service');
    next();
  };
}

/** Notes what an operator does before it is done; `tenant` is the one it concerns, null for many. */
export async function noteOperator(
  deps: GatewayDeps,
  { caller, from, signal }: RequestContext,
  action: OperatorAction,
  tenant: string | null,
  objectId: string,
): Promise<void> {
  const { subject } = caller;
  await writeOperatorAudit(deps.ledger, { subject, action, objectId, from, tenant }, signal);
}
