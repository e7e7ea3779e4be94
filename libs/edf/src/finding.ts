import { findingCatalogue, type FindingKind, type FindingSeverity } from './finding-catalogue.ts';

/**
 * What would put a finding right. `header-bytes`: replace the bytes of `before` at `offset` by those of `after`, which
 * are as many; one character stands for one byte (Latin-1). `rewrite`: bytes move or change in many places, or the
 * bytes identify a person and are not told here: the repair of that name makes the change (`repairEdf`).
 */
export type FindingPatch =
  | {
      readonly kind: 'header-bytes';
      readonly offset: number;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: 'rewrite'; readonly repair: string };

/** One thing a check found. The message never contains patient or recording identification text. */
export interface Finding {
  /** Stable id, `EDF017`. */
  readonly id: string;
  /** Stable name in kebab case, `file-shorter-than-header`. */
  readonly name: string;
  readonly severity: FindingSeverity;
  /** One sentence a technician understands; people count signals from 1. */
  readonly message: string;
  /** First byte it is about, from the start of the file. */
  readonly offset?: number;
  /** Number of bytes it is about. */
  readonly length?: number;
  /** Field name in camelCase, `dataRecordCount`. */
  readonly field?: string;
  /** Signal index, from 0; of a finding about several signals the first. */
  readonly signal?: number;
  /** Where one finding stands for several signals that are alike in it: all of them, from 0, in order. */
  readonly signals?: readonly number[];
  /** Data record index, from 0. */
  readonly record?: number;
  readonly clause?: string;
  /** What reading assumed instead. */
  readonly assumed?: string;
  /**
   * The bytes themselves, at most 32: printable ASCII as it is, other bytes as `\x1F`, what may identify a person
   * as a middle dot. Given by `checkEdf`; left out where nothing could be shown.
   */
  readonly raw?: string;
  /** Given by `checkEdf`, where the change is safe: nothing this library reads becomes another value. */
  readonly patch?: FindingPatch;
}

/** What a finding says besides its kind. */
export type FindingPlace = Pick<Finding, 'offset' | 'length' | 'field' | 'signal' | 'record' | 'assumed'> & {
  /** Only where one occurrence weighs otherwise than its kind. */
  readonly severity?: FindingSeverity;
};

const kinds: ReadonlyMap<string, FindingKind> = new Map(findingCatalogue.map((kind) => [kind.id, kind]));

/**
 * A finding of the catalogue kind `id`, with name, severity and clause filled in.
 *
 * @throws RangeError when the catalogue has no such id (a fault of the program, not of a file)
 */
export function findingOf(id: string, message: string, place: FindingPlace = {}): Finding {
  const kind = kinds.get(id);
  if (kind === undefined) throw new RangeError(`The finding catalogue has no ${id}.`);
  return { id, name: kind.name, severity: kind.severity, message, clause: kind.clause, ...place };
}

/**
 * Keeps the first few findings of each id and counts the rest, so that a file of a hundred thousand data records
 * with the same fault in each needs no more memory than a small one.
 */
export class FindingCollector {
  readonly #limit: number;
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<string, number>();

  /** @param limit how many findings of one id are kept word for word */
  constructor(limit = 20) {
    this.#limit = limit;
  }

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const count = (this.#counts.get(finding.id) ?? 0) + 1;
      this.#counts.set(finding.id, count);
      if (count <= this.#limit) this.#kept.push(finding);
    }
  }

  /** Whether another finding of this id would be kept. */
  keeps(id: string): boolean {
    return (this.#counts.get(id) ?? 0) < this.#limit;
  }

  /** How often each id was given, kept or not. */
  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** The kept findings; the last of an id that was given more often says how many more there were. */
  finish(): Finding[] {
    const seen = new Map<string, number>();
    return this.#kept.map((finding) => {
      const nth = (seen.get(finding.id) ?? 0) + 1;
      seen.set(finding.id, nth);
      const more = (this.#counts.get(finding.id) ?? 0) - this.#limit;
      if (nth < this.#limit || more <= 0) return finding;
      return { ...finding, message: `${finding.message} (${more} more findings like this one.)` };
    });
  }
}
