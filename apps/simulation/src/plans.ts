import type { UploadPlan } from './client.ts';
import type { Random } from './random.ts';
import { contentOf } from './services/recording-body.ts';

/** So many different recordings there are; people send the same one now and then. */
export const CONTENTS = 96;

/** What people do in one run. */
export function drawPlans(
  random: Random,
  count: number,
  tenants: readonly string[],
  seconds: number,
): UploadPlan[] {
  return Array.from({ length: count }, (_, index) =>
    drawPlan(random, `upload-${index + 1}`, tenants, seconds),
  );
}

function drawPlan(random: Random, name: string, tenants: readonly string[], seconds: number): UploadPlan {
  const habit = random.next();
  const declares = random.next();
  return {
    name,
    tenant: random.pick(tenants),
    content: contentOf(random.between(0, CONTENTS - 1)),
    startSeconds: random.next() * seconds,
    declares: declares < 0.6 ? 'nothing' : declares < 0.95 ? 'right' : 'wrong',
    givesUp:
      habit < 0.04
        ? 'before-sending'
        : habit < 0.07
          ? 'half-sent'
          : habit < 0.12
            ? 'before-completing'
            : 'never',
    completesTwice: random.chance(0.15),
    announcesTwice: random.chance(0.1),
    sendsAgainAfterSeconds: random.chance(0.05) ? 60 + random.next() * 1_200 : null,
    afterwards: drawAfterwards(random),
  };
}

function drawAfterwards(random: Random): UploadPlan['afterwards'] {
  const soon = () => random.next() * 60;
  const fate = random.next();
  if (fate < 0.03) return [{ what: 'abort', waitSeconds: soon() }];
  if (fate < 0.1) return [{ what: 'cancel', waitSeconds: soon() }];
  if (fate < 0.16)
    return [
      { what: 'cancel', waitSeconds: soon() },
      { what: 'retry', waitSeconds: soon() },
    ];
  if (fate < 0.26) return [{ what: 'delete', waitSeconds: 2 * soon() }];
  if (fate < 0.29)
    return [
      { what: 'delete', waitSeconds: soon() },
      { what: 'delete', waitSeconds: soon() },
      { what: 'retry', waitSeconds: soon() },
    ];
  if (fate < 0.32) return [{ what: 'retry', waitSeconds: soon() }];
  return [];
}
