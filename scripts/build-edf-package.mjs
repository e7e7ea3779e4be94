// `node scripts/build-edf-package.mjs FOLDER`: libs/edf as it would be published, compiled to JavaScript, packed into
// FOLDER. In the repository the package's exports point at TypeScript; npm knows no other exports for publishing, so that
// the manifest that is packed is written here.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { node, root } from './toolchain.mjs';

const library = path.join(root, 'libs', 'edf');

/** @returns the packed file; `folder/package` holds what is in it */
export function buildEdfPackage(folder) {
  const target = path.join(folder, 'package');
  mkdirSync(target, { recursive: true });
  const config = path.join(folder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify(configOf(target)));
  must(node, [path.join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc'), '-p', config]);
  writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  copyFileSync(path.join(library, 'README.md'), path.join(target, 'README.md'));
  copyFileSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
  const packed = must('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], target);
  return path.join(folder, JSON.parse(packed)[0].filename);
}

/** From index.ts alone: tests and their helpers are not reached from there. */
const configOf = (target) => ({
  extends: path.join(library, 'tsconfig.json'),
  files: [path.join(library, 'src', 'index.ts')],
  include: [],
  references: [],
  compilerOptions: {
    rootDir: path.join(library, 'src'),
    outDir: path.join(target, 'dist'),
    typeRoots: [path.join(root, 'node_modules', '@types')],
    types: ['node'],
    composite: false,
    incremental: false,
    tsBuildInfoFile: null,
    emitDeclarationOnly: false,
  },
});

function manifest() {
  const { name } = JSON.parse(readFileSync(path.join(library, 'package.json'), 'utf8'));
  // Everything here is released together.
  const { version, license, engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return {
    name,
    version,
    description: 'Reads, checks, repairs, writes and de-identifies EDF, EDF+, BDF and BDF+ recordings.',
    keywords: ['edf', 'edf+', 'bdf', 'bdf+', 'eeg', 'polysomnography', 'biosignals'],
    license,
    type: 'module',
    engines,
    sideEffects: false,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist'],
  };
}

function must(command, args, cwd = root) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args[0]} failed: ${error?.message ?? `${stdout}${stderr}`}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write('Usage: node scripts/build-edf-package.mjs FOLDER\n');
    process.exitCode = 2;
  } else {
    process.stdout.write(`${buildEdfPackage(path.resolve(folder))}\n`);
  }
}
