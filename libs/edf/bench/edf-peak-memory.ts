// Started as a process of its own: node edf-peak-memory.ts FILE [check] prints the peak resident memory of streaming
// it, or of checking it, in bytes.
import { openSync } from 'node:fs';
import { checkEdf, createSampleDecoder, openEdf } from '../src/index.ts';
import { fileSource } from './edf/file-source.ts';
import { streamToFloat32 } from './edf/jobs.ts';

const [, , name = '', job] = process.argv;
const source = fileSource(openSync(name, 'r'));
if (job === 'check') await checkEdf(source);
else {
  const file = await openEdf(source);
  await streamToFloat32(file, await createSampleDecoder(file));
}
console.log(process.resourceUsage().maxRSS * 1024);
