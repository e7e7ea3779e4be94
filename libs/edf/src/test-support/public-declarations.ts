import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A declaration of a module, without comments, and where it stands. */
interface Declaration {
  readonly module: string;
  readonly name: string;
  readonly text: string;
}

const header = `Everything the package declares to its users, one declaration after the other, without comments.
"(not exported)" are types that others mention. Written by UPDATE_PUBLIC_API=1 in published-package.test.ts; a change here
is a change of the public interface: does the CHANGELOG say so?
`;

/**
 * The public interface of the built package, to be read in a review: each exported name as it is declared, in the order
 * of names, and behind them the types those mention.
 *
 * @param entry `dist/index.d.ts`
 */
export function publicDeclarations(entry: string): string {
  const exported = new Map<string, Declaration>();
  for (const [, names = '', from = ''] of codeOf(entry).matchAll(
    /^export (?:type )?\{([^}]*)\} from '([^']+)';$/gm,
  )) {
    const declarations = declarationsOf(join(dirname(entry), from.replace(/\.[jt]s$/, '.d.ts')));
    for (const name of namesIn(names)) exported.set(name, declarations.get(name) ?? missing(name, from));
  }
  const mentioned = mentionedBy([...exported.values()]);
  const ofName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
  const shown = [...exported].sort(ofName).map(([, { text }]) => text);
  const others = [...mentioned].sort(ofName).map(([, { text }]) => `(not exported) ${text}`);
  return [header, ...shown, ...others].join('\n');
}

/** What declarations mention and their users cannot name, and what that mentions. */
function mentionedBy(exported: readonly Declaration[]): Map<string, Declaration> {
  const isExported = new Set(exported.map(({ module, name }) => `${module} ${name}`));
  const found = new Map<string, Declaration>();
  const waiting = [...exported];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const visible = new Map([...importsOf(next.module), ...declarationsOf(next.module)]);
    for (const [word] of next.text.matchAll(/[A-Za-z_$][\w$]*/g)) {
      const declaration = visible.get(word);
      if (declaration === undefined) continue;
      const key = `${declaration.name} ${declaration.module}`;
      if (isExported.has(`${declaration.module} ${declaration.name}`) || found.has(key)) continue;
      found.set(key, declaration);
      waiting.push(declaration);
    }
  }
  return found;
}

/** Declarations of a module by name; overloads of a function are one. */
function declarationsOf(module: string): Map<string, Declaration> {
  const declarations = new Map<string, Declaration>();
  // tsc writes every statement from the first column on, and what belongs to it indented or behind a bracket.
  for (const statement of codeOf(module).split(/^(?=[a-z])/m)) {
    const name =
      /^(?:export )?(?:declare )?(?:abstract )?(?:function|class|const|interface|type) ([\w$]+)/.exec(
        statement,
      )?.[1];
    if (name === undefined) continue;
    const before = declarations.get(name)?.text ?? '';
    const text = statement.replace(/^export (declare )?/, '').replace(/^declare /, '');
    declarations.set(name, { module, name, text: `${before}${text.trimEnd()}\n` });
  }
  return declarations;
}

function importsOf(module: string): Map<string, Declaration> {
  const imported = new Map<string, Declaration>();
  for (const [, names = '', from = ''] of codeOf(module).matchAll(
    /^import (?:type )?\{([^}]*)\} from '(\.[^']+)';$/gm,
  )) {
    const declarations = declarationsOf(join(dirname(module), from.replace(/\.[jt]s$/, '.d.ts')));
    for (const name of namesIn(names))
      if (declarations.has(name)) imported.set(name, declarations.get(name)!);
  }
  return imported;
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function codeOf(module: string): string {
  return readFileSync(module, 'utf8')
    .replaceAll(/^[ \t]*\/\*\*?[^]*?\*\/[ \t]*\n/gm, '')
    .replaceAll(/^[ \t]*\/\/.*\n/gm, '');
}

function missing(name: string, from: string): never {
  throw new RangeError(`${from} declares no ${name}.`);
}
