import type { Failure } from '@edf-pipeline/ledger';
import type { JobProgress, RecordingFacts, ResultFile } from '@edf-pipeline/contracts';
import type { RequestCounts } from './count-requests.ts';

/** What a worker thread is given: names and numbers, nothing that cannot be cloned. */
export interface AnalysisTask {
  readonly source: { readonly key: string; readonly versionId: string; readonly byteLength: number };
  /** `results/<tenant>/<jobId>/<epoch>/`. */
  readonly resultPrefix: string;
  readonly maxInflatedBytes: number;
  /** Names of findings with which the tenant does not take a file. */
  readonly refuseFindings: readonly string[];
}

/** Which object store the thread opens for itself. */
export type StorageDescriptor =
  | { readonly kind: 'file'; readonly root: string; readonly freeBytesReserve: number }
  | {
      readonly kind: 's3';
      readonly options: {
        readonly region: string;
        readonly bucket: string;
        readonly forcePathStyle: boolean;
      };
    };

/** What a thread used for one task. */
export interface ThreadUsage extends RequestCounts {
  readonly cpuSeconds: number;
}

export interface WrittenResult {
  /** All but the manifest. */
  readonly files: readonly ResultFile[];
  readonly facts?: RecordingFacts;
}

/** The files that were written (all but the manifest), or why there are none. */
export type AnalysisOutcome =
  | ({ readonly kind: 'written'; readonly usage?: ThreadUsage } & WrittenResult)
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** Where in the code, for the operator: the frames of the stack without its message, which may quote the file. */
      readonly where?: string;
      /** Absent when the thread ended with the work. */
      readonly usage?: ThreadUsage;
    };

export type ToThread = { readonly kind: 'analyse'; readonly task: AnalysisTask } | { readonly kind: 'stop' };

export type FromThread =
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'ended'; readonly outcome: AnalysisOutcome };
