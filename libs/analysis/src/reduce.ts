import { checkAnnotations } from '@edf-pipeline/edf';
import type { Annotation, Finding, Timeline } from '@edf-pipeline/edf';
import type { BlockPartial, Segment, SegmentMeasures } from './block-partial.ts';
import type { EpochStatistics } from './epoch-statistics.ts';
import { FindingTallier } from './finding-tally.ts';
import type { Hypnogram } from './hypnogram.ts';
import { hypnogramOf } from './hypnogram.ts';
import { measureSegments } from './measure-segments.ts';
import { OverviewBuilder } from './overview-builder.ts';
import type { OverviewIndex } from './overview-format.ts';
import type { AnalysisPlan } from './plan.ts';
import { RunTracker, segmentsOf } from './run-tracker.ts';
import { StatisticsReducer } from './statistics.ts';
import type { SignalStatistics } from './statistics.ts';

/** Where the overview goes while it grows. */
export interface AnalysisSink {
  /** Receives the tiles in the order in which overview.bin holds them; each is the sink's own. */
  overview(tile: Uint8Array): void;
}

/** What the analysis of a whole recording gives. */
export interface AnalysisResult {
  readonly timeline: Timeline;
  /** In file order, without those that keep time. */
  readonly annotations: Annotation[];
  /** One for each ordinary signal, in header order. */
  readonly statistics: SignalStatistics[];
  readonly epochStatistics: EpochStatistics;
  readonly overviewIndex: OverviewIndex;
  /** The tiles of the overview's last level, for the preview; null when gaps make them too many. */
  readonly coarsestTiles: Uint8Array[] | null;
  /** Null when no annotation names a sleep stage. */
  readonly hypnogram: Hypnogram | null;
  /** Of the timeline, the annotations and the samples; not those of the header. */
  readonly findings: Finding[];
}

/**
 * Joins the partials of a recording's blocks, in order. The result depends on the recording alone, not on how it was
 * cut. Memory: the statistics per epoch, the annotations, and one tile per level.
 */
export class AnalysisReducer {
  readonly #plan: AnalysisPlan;
  readonly #runs: RunTracker;
  readonly #statistics: StatisticsReducer;
  readonly #overview: OverviewBuilder;
  readonly #annotations: Annotation[] = [];
  readonly #findings = new FindingTallier();
  #nextBlock = 0;
  #isFinished = false;

  constructor(plan: AnalysisPlan, sink: AnalysisSink) {
    this.#plan = plan;
    this.#runs = new RunTracker(plan.header);
    this.#statistics = new StatisticsReducer(plan);
    this.#overview = new OverviewBuilder(plan, (tile) => sink.overview(tile));
  }

  /** Adds the next block. @throws RangeError when it is not the next one */
  add(partial: BlockPartial): void {
    if (this.#isFinished || partial.block !== this.#nextBlock) {
      throw new RangeError(`Block ${this.#nextBlock} comes next; block ${partial.block} was given.`);
    }
    this.#nextBlock++;
    const { firstRecord, recordCount, onsets } = partial;
    const runs = this.#runs.add(firstRecord, recordCount, onsets);
    const measures = this.#measuresOf(partial, segmentsOf(runs, firstRecord, recordCount));
    this.#statistics.add(measures, runs);
    this.#overview.add(measures);
    for (const annotation of partial.annotations) this.#annotations.push(annotation);
    this.#findings.join(partial.findings);
  }

  /** The result, once. @throws RangeError when blocks are missing */
  finish(): AnalysisResult {
    if (this.#isFinished || this.#nextBlock !== this.#plan.blockCount) {
      throw new RangeError(`${this.#nextBlock} of ${this.#plan.blockCount} blocks were added.`);
    }
    this.#isFinished = true;
    const timeline = this.#runs.finish();
    this.#findings.add(checkAnnotations(this.#plan.header, timeline, this.#annotations));
    const { statistics, epochStatistics, findings } = this.#statistics.finish();
    const { index, coarsestTiles } = this.#overview.finish(timeline.runs);
    return {
      timeline,
      annotations: this.#annotations,
      statistics,
      epochStatistics,
      overviewIndex: index,
      coarsestTiles,
      hypnogram: hypnogramOf(this.#annotations),
      findings: [...timeline.findings, ...this.#findings.finish(), ...findings],
    };
  }

  /** The partial's measures where it knew the runs; else the samples are measured again, in their true runs. */
  #measuresOf(partial: BlockPartial, segments: Segment[]): SegmentMeasures {
    if (partial.records === null || isSame(partial.measures.segments, segments)) return partial.measures;
    return measureSegments(this.#plan, segments, partial.records);
  }
}

function isSame(a: readonly Segment[], b: readonly Segment[]): boolean {
  return (
    a.length === b.length &&
    a.every((segment, i) => {
      const other = b[i]!;
      return segment.firstRecord === other.firstRecord && segment.runFirstRecord === other.runFirstRecord;
    })
  );
}
