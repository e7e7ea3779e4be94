import type { Manifest, ResultFile } from '@edf-pipeline/contracts';
import type { JobRow } from '@edf-pipeline/ledger';
import { CODE_VERSION, parametersHash } from './pipeline.ts';

/** What a result holds: determined by content, pipeline and code alone, so equal wherever it was made. */
export function manifestOf(job: Pick<JobRow, 'pipeline' | 'source'>, files: readonly ResultFile[]): Manifest {
  return {
    schemaVersion: 1,
    pipeline: job.pipeline,
    parametersHash: parametersHash(job.pipeline),
    codeVersion: CODE_VERSION,
    source: { byteLength: job.source.byteLength, contentId: job.source.contentId },
    files: [...files],
  };
}
