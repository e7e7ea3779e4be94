import type { Limits } from '@edf-pipeline/contracts';
import { readPolicy } from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { requestCosts } from './request-cost.ts';

/** What the caller and its organisation may do, and how much of it is used. */
export async function showLimits(deps: GatewayDeps, { caller, signal }: RequestContext): Promise<Limits> {
  const policy = await readPolicy(deps.ledger, caller.tenant, signal);
  const [{ quotas, budget }, standings] = await Promise.all([
    deps.quotas.show(policy),
    deps.rates.look(caller),
  ]);
  return {
    maxFileBytes: policy.maxFileBytes,
    maxRunningJobs: policy.maxRunningJobs,
    uploadLifetimeSeconds: deps.ledger.settings.uploadLifetimeSeconds,
    refuseFindings: [...policy.refuseFindings],
    quotas,
    budget,
    rates: standings.map(({ name, units, windowSeconds, remaining, resetSeconds }) => ({
      name,
      limit: units,
      windowSeconds,
      remaining,
      resetSeconds,
    })),
    requestCosts: { ...requestCosts },
  };
}
