// Compiles libs/edf/assembly to WebAssembly SIMD and writes it into libs/edf/src/kernels/kernel-module.ts, which is
// committed. `--check` writes nothing and ends with 1 when the committed module is not what the sources give.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
// Pinned in libs/edf/package.json: another version may give other bytes.
import asc from 'assemblyscript/asc';

const root = path.join(import.meta.dirname, '..');
const library = path.join(root, 'libs/edf');
const target = path.join(library, 'src/kernels/kernel-module.ts');

const written = new Map();
const { error, stderr } = await asc.main(
  [
    'assembly/index.ts',
    '--outFile=kernels.wasm',
    '--textFile=kernels.wat',
    '-O3',
    '--converge',
    '--noAssert',
    '--enable=simd',
    '--runtime=stub',
    '--baseDir=.',
  ],
  {
    readFile: (name, base) => {
      try {
        return readFileSync(path.join(library, base, name), 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  },
);
if (error) {
  process.stderr.write(`${stderr}\n${error.message}\n`);
  process.exit(2);
}
const base64 = Buffer.from(written.get('kernels.wasm')).toString('base64');
const lines = base64.match(/.{1,104}/g).map((line) => `  '${line}'`);
const source = `// Made by scripts/build-kernels.mjs from libs/edf/assembly; not to be edited.

/** The compiled kernels, base64 of a WebAssembly module without imports that exports its memory. */
export const kernelModuleBase64 =
${lines.join(' +\n')};
`;
if (process.argv.includes('--text')) {
  process.stdout.write(written.get('kernels.wat'));
} else if (!process.argv.includes('--check')) {
  writeFileSync(target, source);
  process.stdout.write(`${path.relative(root, target)}: ${written.get('kernels.wasm').length} bytes\n`);
} else if (readFileSync(target, 'utf8') !== source) {
  process.stderr.write(
    `${path.relative(root, target)} is not what libs/edf/assembly gives; run npm run kernels.\n`,
  );
  process.exit(1);
}
