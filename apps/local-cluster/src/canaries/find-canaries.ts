import type { Canary, Place } from './canary.ts';
import type { CanaryForm } from './canary-forms.ts';
import { foldCase, formsOf } from './canary-forms.ts';

/** A canary where one was found, in the first form that it was found in. */
export interface CanaryFound {
  readonly canary: Canary;
  readonly place: Place;
  readonly form: string;
  /** What stands around it, for the reader of a failure. */
  readonly excerpt: string;
}

/** Searches every place for every canary in every form. */
export function findCanaries(canaries: readonly Canary[], places: readonly Place[]): CanaryFound[] {
  const sought = canaries.map((canary) => ({ canary, forms: formsOf(canary.text) }));
  return places.flatMap((place) => {
    const exact = Buffer.from(place.bytes.buffer, place.bytes.byteOffset, place.bytes.byteLength);
    const folded = Buffer.from(foldCase(place.bytes));
    return sought.flatMap(({ canary, forms }) => {
      const hit = firstHit(forms, exact, folded);
      return hit ? [{ canary, place, form: hit.form, excerpt: excerptAt(exact, hit.at) }] : [];
    });
  });
}

function firstHit(forms: readonly CanaryForm[], exact: Buffer, folded: Buffer) {
  for (const { name, bytes, isFolded } of forms) {
    const at = (isFolded ? folded : exact).indexOf(bytes);
    if (at >= 0) return { form: name, at };
  }
  return null;
}

const BEFORE = 80;
const AFTER = 60;

const excerptAt = (bytes: Buffer, at: number) =>
  bytes
    .subarray(Math.max(0, at - BEFORE), at + AFTER)
    .toString('latin1')
    .replaceAll(/[^ -~]/g, '.');

/** Every canary that stands where it must not, as sentences. */
export function leaksAmong(found: readonly CanaryFound[]): string[] {
  return found.filter(isLeak).map(({ canary, place, form, excerpt }) => {
    const whose = isElsewhere(canary, place) ? ` of ${place.tenant}` : '';
    return `${canary.what} (${form}) in ${place.kind}${whose} ${place.name}: ${excerpt}`;
  });
}

/** Whether it stands in a kind of place, or at somebody, where it must not. */
export function isLeak({ canary, place }: CanaryFound): boolean {
  const allowed = [...canary.belongsIn, ...(canary.mayBeIn ?? [])];
  return isElsewhere(canary, place) || !allowed.includes(place.kind);
}

const isElsewhere = (canary: Canary, place: Place) =>
  canary.tenant !== undefined && place.tenant !== undefined && canary.tenant !== place.tenant;

/** Every canary that is not where it belongs: such a search would find nothing anywhere. As sentences. */
export function missingAmong(canaries: readonly Canary[], found: readonly CanaryFound[]): string[] {
  return canaries.flatMap((canary) =>
    canary.belongsIn
      .filter((kind) => !found.some((each) => each.canary === canary && each.place.kind === kind))
      .map((kind) => `${canary.what} is in no ${kind}`),
  );
}
