import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';

const library = path.join(import.meta.dirname, '../..');

/**
 * The library and the child processes of the bench as plain JavaScript, as users of a package run it: with types Node
 * loads a compiler first, and its memory is not the library's.
 *
 * @returns the folder that `src` and `bench` are in
 */
export function writePlainJavaScript(folder: string): string {
  for (const part of ['src', 'bench']) {
    for (const name of readdirSync(path.join(library, part), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      const source = readFileSync(path.join(library, part, name), 'utf8');
      const plain = stripTypeScriptTypes(source).replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'");
      const target = path.join(folder, part, name.replace(/\.ts$/, '.js'));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, plain);
    }
  }
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
  return folder;
}
