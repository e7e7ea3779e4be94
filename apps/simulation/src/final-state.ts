import type { Item, LedgerSettings } from '@edf-pipeline/ledger';
import type { Effect } from './history.ts';
import type { ContentKind, RecordingBody } from './services/recording-body.ts';
import type { LogLine } from './sim-process.ts';
import type { World } from './world.ts';

/** An object as it is at the end. */
export interface FinalObject {
  readonly key: string;
  readonly versionId: string;
  readonly checksumSha256: string;
  /** null: a recording's own file. */
  readonly bytes: Uint8Array | null;
  readonly content: { readonly number: number; readonly kind: ContentKind } | null;
}

/** Everything that is left when a world has come to rest: what the checker looks at. */
export interface FinalState {
  readonly items: readonly Item[];
  readonly objects: readonly FinalObject[];
  readonly openMultiparts: readonly string[];
  /** Names of work that an executor still holds unfinished, and bodies of messages that nobody has dealt with. */
  readonly isQuiet: boolean;
  readonly messages: readonly string[];
  readonly deadLetters: readonly string[];
  readonly executorNames: readonly string[];
  readonly log: readonly LogLine[];
  readonly settings: LedgerSettings;
  readonly limits: Readonly<Record<string, number>>;
  /** How far the clocks of the processes are apart at most. */
  readonly clockErrorSeconds: number;
  /** Whether no holder dies in the calm but by its own file. */
  readonly isPoisonAlone: boolean;
  /** When the faults ended, and the world with them; true milliseconds. */
  readonly calmAt: number;
  readonly endedAt: number;
  /** sha256 of the manifest that an undisturbed run makes of a recording. */
  readonly manifestOf: (contentNumber: number) => string;
}

export interface Outcome {
  readonly final: FinalState;
  readonly effects: readonly Effect[];
}

export function finalStateOf(
  world: World,
  calmAt: number,
  manifestOf: (contentNumber: number) => string,
  isPoisonAlone: boolean,
): FinalState {
  const { services, settings, log, time } = world;
  return {
    items: services.ledger.items(),
    objects: services.objects.versions().map(({ head: { key, versionId, checksumSha256 }, body }) => ({
      key,
      versionId,
      checksumSha256,
      bytes: body instanceof Uint8Array ? body : null,
      content: body instanceof Uint8Array ? null : (body as RecordingBody).content,
    })),
    openMultiparts: services.objects.openMultiparts(),
    isQuiet: world.isQuiet(),
    messages: services.events.bodies(),
    deadLetters: services.events.deadLetters(),
    executorNames: services.executor.names(),
    log,
    settings: settings.ledger,
    limits: settings.limits,
    clockErrorSeconds: Math.max(
      ...[...world.walls.values()].map(({ offsetSeconds }) => Math.abs(offsetSeconds)),
    ),
    isPoisonAlone,
    calmAt,
    endedAt: time.now(),
    manifestOf,
  };
}
