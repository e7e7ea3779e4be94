// The analysis by itself, for comparison: reads each file by blocks, analyses, throws the result away.
// Prints the CPU seconds it took, start-up left out.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AnalysisReducer, analyseBlock, blockRange, planAnalysis } from '@edf-pipeline/analysis';
import { openEdf } from '@edf-pipeline/edf';

async function analyse(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  const source = {
    byteLength: fstatSync(descriptor).size,
    slice: async (start: number, end: number) => {
      const bytes = new Uint8Array(end - start);
      readSync(descriptor, bytes, 0, bytes.length, start);
      return bytes;
    },
  };
  const { header, dataRecordCount } = await openEdf(source);
  const plan = planAnalysis(header, dataRecordCount);
  const reducer = new AnalysisReducer(plan, { overview: () => undefined });
  for (let block = 0; block < plan.blockCount; block++) {
    const { start, end } = blockRange(plan, block);
    reducer.add(analyseBlock(plan, block, await source.slice(start, end)));
  }
  reducer.finish();
  closeSync(descriptor);
}

const files = process.argv.slice(2);
const first = files[0];
if (first) await analyse(first);
const before = process.cpuUsage();
for (const file of files) await analyse(file);
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${(user + system) / 1e6}\n`);
