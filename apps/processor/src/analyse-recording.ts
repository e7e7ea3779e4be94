import type { JobProgress, Report } from '@edf-pipeline/contracts';
import type { AnalysisResult } from '@edf-pipeline/analysis';
import { AnalysisReducer, BlockMemory, analyseBlock, blockRange, planAnalysis } from '@edf-pipeline/analysis';
import type { ByteSource, EdfFile } from '@edf-pipeline/edf';
import { isGzip, openEdf } from '@edf-pipeline/edf';
import { annotationsParquet, previewSvg, statisticsParquet } from '@edf-pipeline/exports';
import type { ObjectStore } from '@edf-pipeline/storage';
import type { AnalysisTask, WrittenResult } from './analysis-task.ts';
import { inflate } from './inflate.ts';
import type { ObjectSource } from './object-source.ts';
import { objectSource } from './object-source.ts';
import { refuseByPolicy } from './refuse-by-policy.ts';
import { factsOf, reportOf } from './report.ts';
import type { ResultWriter } from './result-writer.ts';
import { createResultWriter } from './result-writer.ts';
import { createTileStream } from './tile-stream.ts';

/** A block takes milliseconds; nobody sees more of it. */
const blocksPerReport = 8;

export interface AnalyseDeps {
  readonly store: Pick<ObjectStore, 'head' | 'read' | 'readInto' | 'stretchBytes' | 'write'>;
  readonly onProgress: (progress: JobProgress) => void;
}

/**
 * Reads a recording block by block and writes the files of its result, all but the manifest; answers those, and what lists
 * say of the recording. Memory is bounded by
 * the block, never by the file. Runs in a worker thread.
 *
 * @throws EdfError, GzipError, PolicyRefusal for what is wrong with the file; StorageError
 */
export async function analyseRecording(
  deps: AnalyseDeps,
  task: AnalysisTask,
  signal?: AbortSignal,
): Promise<WrittenResult> {
  const writer = createResultWriter(deps.store, task.resultPrefix, signal);
  const uploaded = objectSource(deps.store, task.source);
  deps.onProgress({ stage: 'checking', doneBytes: 0, totalBytes: uploaded.byteLength });
  const source = (await isGzip(uploaded, signal))
    ? await inflated(deps, task, uploaded, writer, signal)
    : uploaded;
  const file = await openEdf(source, signal);
  refuseByPolicy(file.findings, task.refuseFindings);
  const result = await analyseBlocks(deps, file, source, writer, signal);
  refuseByPolicy(result.findings, task.refuseFindings);
  deps.onProgress({ stage: 'writing', doneBytes: source.byteLength, totalBytes: source.byteLength });
  const report = reportOf(file, result);
  await writeFiles(file, result, report, writer);
  return { files: writer.files(), facts: factsOf(report) };
}

/** Gzip has no random access: the inflated recording becomes a file of the result, and is what is read from then on. */
async function inflated(
  deps: AnalyseDeps,
  task: AnalysisTask,
  compressed: ByteSource,
  writer: ResultWriter,
  signal?: AbortSignal,
): Promise<ObjectSource> {
  await writer.write('recording.edf', inflate(compressed, task.maxInflatedBytes, signal));
  const head = await deps.store.head({ key: `${task.resultPrefix}recording.edf` }, signal);
  if (!head) throw new Error('the inflated recording that was just written is not there');
  return objectSource(deps.store, head);
}

async function analyseBlocks(
  deps: AnalyseDeps,
  file: EdfFile,
  source: ObjectSource,
  writer: ResultWriter,
  signal?: AbortSignal,
): Promise<AnalysisResult> {
  const plan = planAnalysis(file.header, file.dataRecordCount);
  const overview = createTileStream();
  const writing = writer.write('overview.bin', overview.tiles).catch((error: unknown) => {
    overview.fail(error);
    throw error;
  });
  // Whoever waits below hears of a failure first; this promise is awaited at the end all the same.
  writing.catch(() => undefined);
  try {
    const reducer = new AnalysisReducer(plan, { overview: overview.push });
    const memory = new BlockMemory();
    const totalBytes = source.byteLength;
    for (let block = 0; block < plan.blockCount; block++) {
      signal?.throwIfAborted();
      const { start, end } = blockRange(plan, block);
      reducer.add(analyseBlock(plan, block, await source.lend(start, end, signal), memory));
      await overview.drained();
      const isTold = block % blocksPerReport === 0 || block === plan.blockCount - 1;
      if (isTold) deps.onProgress({ stage: 'analysing', doneBytes: end, totalBytes });
    }
    return reducer.finish();
  } finally {
    overview.end();
    await writing;
  }
}

async function writeFiles(
  file: EdfFile,
  result: AnalysisResult,
  report: Report,
  writer: ResultWriter,
): Promise<void> {
  const { header } = file;
  await writer.write('report.json', json(report));
  await writer.write('annotations.parquet', annotationsParquet(result.annotations));
  await writer.write('statistics.parquet', statisticsParquet(result, header));
  await writer.write('overview.index', json(result.overviewIndex));
  if (result.hypnogram) await writer.write('hypnogram.json', json({ schemaVersion: 1, ...result.hypnogram }));
  await writer.write(
    'preview.svg',
    new TextEncoder().encode(previewSvg(header, result.overviewIndex, result.coarsestTiles)),
  );
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
