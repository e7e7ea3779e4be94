// Started as a process of its own: node edf-peak-memory.ts FILE prints the peak resident memory of streaming it, in bytes.
import { openSync } from 'node:fs';
import { createSampleDecoder, openEdf } from '../src/index.ts';
import { fileSource } from './edf/file-source.ts';
import { streamToFloat32 } from './edf/jobs.ts';

const file = await openEdf(fileSource(openSync(process.argv[2] ?? '', 'r')));
await streamToFloat32(file, await createSampleDecoder(file));
console.log(process.resourceUsage().maxRSS * 1024);
