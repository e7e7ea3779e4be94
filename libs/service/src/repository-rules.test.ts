import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface PackageJson {
  readonly name: string;
  readonly version?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly nx?: { readonly tags?: readonly string[] };
}

const files = [
  'package.json',
  ...globSync(['apps/*/package.json', 'libs/*/package.json'], { cwd: root }),
].sort();
const packages = files.map((file) => ({
  file,
  json: JSON.parse(readFileSync(path.join(root, file), 'utf8')) as PackageJson,
}));
const projects = packages.filter(({ file }) => file !== 'package.json');
const external = packages.flatMap(({ file, json }) =>
  Object.entries({ ...json.dependencies, ...json.devDependencies })
    .filter(([name]) => !name.startsWith('@edf-pipeline/'))
    .map(([name, version]) => ({ file, name, version })),
);

describe('the dependencies', () => {
  it('from outside are pinned to one exact version', () => {
    const exact = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;

    expect(external.filter(({ version }) => !exact.test(version))).toEqual([]);
    expect(external.length).toBeGreaterThan(20);
  });

  it('have the same version wherever they are named', () => {
    const versions = Map.groupBy(external, ({ name }) => name);
    const torn = [...versions].filter(([, uses]) => new Set(uses.map(({ version }) => version)).size > 1);

    expect(torn).toEqual([]);
  });

  // The newest version that all its plugins share; others pass and then fail at odd places.
  it('on Nx are all of one version', () => {
    const nx = external.filter(({ name }) => name === 'nx' || name.startsWith('@nx/'));

    expect(new Set(nx.map(({ name }) => name)).size).toBeGreaterThanOrEqual(4);
    expect(new Set(nx.map(({ version }) => version)).size).toBe(1);
  });
});

describe('every project', () => {
  it.each(projects.map(({ file, json }) => [json.name, file, json] as const))(
    '%s says by tags what it is, by which lint knows whom it may import',
    (name, file, json) => {
      const [folder, project] = file.split('/');
      const tags = json.nx?.tags ?? [];

      expect(name).toBe(`@edf-pipeline/${project}`);
      expect(tags).toContain(folder === 'apps' ? 'type:app' : 'type:lib');
      expect(tags).toContain(folder === 'apps' ? `app:${project}` : `lib:${project}`);
      if (folder === 'libs') expect(tags.filter((tag) => tag.startsWith('layer:'))).toHaveLength(1);
    },
  );

  it.each(projects.map(({ file }) => path.dirname(file)))(
    '%s is one that types and tests are run for',
    (folder) => {
      expect(
        ['tsconfig.json', 'jest.config.js'].filter((file) => !existsSync(path.join(root, folder, file))),
      ).toEqual([]);
      expect(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')).toContain(`"./${folder}"`);
    },
  );
});

describe('a test', () => {
  it('runs as an ES module: without its flag jest would run another kind of program than we ship', () => {
    expect(import.meta.url).toMatch(/^file:.*repository-rules\.test\.ts$/);
    expect(typeof require).toBe('undefined');
  });
});

/** One rule to break: in which file, with which text. */
interface Attempt {
  readonly what: string;
  readonly file: string;
  readonly text: string;
  /** The rule that has to speak up; null: none may. */
  readonly rule: string | null;
}

const BOUNDARIES = '@nx/enforce-module-boundaries';
const imported = (from: string) => `import { it } from '${from}';\nexport const used = it;\n`;
const attempts: Attempt[] = [
  {
    what: 'an app that imports an app',
    file: 'apps/gateway/src/app.ts',
    text: imported('@edf-pipeline/dispatcher'),
    rule: BOUNDARIES,
  },
  {
    what: 'an app that imports a library it has no business with',
    file: 'apps/gateway/src/app.ts',
    text: imported('@edf-pipeline/jobs'),
    rule: BOUNDARIES,
  },
  {
    what: 'core that imports an adapter',
    file: 'libs/contracts/src/job.ts',
    text: imported('@edf-pipeline/ledger'),
    rule: BOUNDARIES,
  },
  {
    what: 'edf that imports another library',
    file: 'libs/edf/src/header.ts',
    text: imported('@edf-pipeline/contracts'),
    rule: BOUNDARIES,
  },
  {
    what: 'edf that imports a package',
    file: 'libs/edf/src/header.ts',
    text: imported('zod'),
    rule: BOUNDARIES,
  },
  {
    what: 'a library that imports an app',
    file: 'libs/ledger/src/ledger.ts',
    text: imported('@edf-pipeline/gateway'),
    rule: BOUNDARIES,
  },
  {
    what: 'an import across projects by path',
    file: 'apps/gateway/src/app.ts',
    text: imported('../../../libs/ledger/src/index.ts'),
    rule: BOUNDARIES,
  },
  {
    what: 'edf that imports node',
    file: 'libs/edf/src/header.ts',
    text: imported('node:fs'),
    rule: 'no-restricted-imports',
  },
  {
    what: 'contracts that import node',
    file: 'libs/contracts/src/job.ts',
    text: imported('node:crypto'),
    rule: 'no-restricted-imports',
  },
  {
    what: 'a use case that imports an adapter of the ledger',
    file: 'apps/gateway/src/show.ts',
    text: imported('@edf-pipeline/ledger/sqlite'),
    rule: 'no-restricted-imports',
  },
  {
    what: 'a use case that imports an adapter of the storage',
    file: 'apps/processor/src/manifest.ts',
    text: imported('@edf-pipeline/storage/file'),
    rule: 'no-restricted-imports',
  },
  {
    what: 'process.env outside a composition root',
    file: 'apps/gateway/src/app.ts',
    text: 'export const port = process.env.PORT;\n',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'process.env in a library',
    file: 'libs/ledger/src/ledger.ts',
    text: 'export const port = process.env.PORT;\n',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a default export',
    file: 'libs/ledger/src/ledger.ts',
    text: 'export default 1;\n',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a type imported as a value',
    file: 'apps/gateway/src/app.ts',
    text: "import { Ledger } from '@edf-pipeline/ledger';\nexport type It = Ledger;\n",
    rule: '@typescript-eslint/consistent-type-imports',
  },
  {
    what: 'an app that imports the port of a library it works with',
    file: 'apps/gateway/src/app.ts',
    text: imported('@edf-pipeline/ledger'),
    rule: null,
  },
  {
    what: 'an app that imports what it is told',
    file: 'apps/processor/src/report.ts',
    text: imported('@edf-pipeline/analysis'),
    rule: null,
  },
  {
    what: 'a library that imports a neighbour of its own by path',
    file: 'libs/edf/src/header.ts',
    text: imported('./errors.ts'),
    rule: null,
  },
  {
    what: 'an adapter that imports core',
    file: 'libs/ledger/src/ledger.ts',
    text: imported('@edf-pipeline/contracts'),
    rule: null,
  },
  {
    what: 'a composition root that imports an adapter',
    file: 'apps/processor/src/worker.main.ts',
    text: imported('@edf-pipeline/storage/file'),
    rule: null,
  },
  {
    what: 'a test that imports an adapter',
    file: 'apps/gateway/src/show.test.ts',
    text: imported('@edf-pipeline/ledger/memory'),
    rule: null,
  },
  {
    what: 'the standalone, which composes apps',
    file: 'apps/standalone/src/standalone.ts',
    text: imported('@edf-pipeline/gateway'),
    rule: null,
  },
  {
    what: 'process.env in a composition root',
    file: 'apps/standalone/src/main.ts',
    text: 'export const port = process.env.PORT;\n',
    rule: null,
  },
];

describe('lint', () => {
  let found: Record<string, string[]> = {};

  // ESLint and Nx are no modules that jest's own loader runs; one process looks at all attempts.
  beforeAll(() => {
    const data = mkdtempSync(path.join(os.tmpdir(), 'nx-'));
    try {
      const env = { ...process.env, NODE_OPTIONS: '', NX_DAEMON: 'false', NX_WORKSPACE_DATA_DIRECTORY: data };
      const script = fileURLToPath(new URL('./test-support/lint-attempts.mjs', import.meta.url));
      const output = execFileSync(process.execPath, [script], {
        cwd: root,
        env,
        input: JSON.stringify(attempts),
        maxBuffer: 1e7,
      });
      found = JSON.parse(String(output).split('\n').at(-1) ?? '{}');
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  }, 120_000);

  it.each(attempts.filter(({ rule }) => rule !== null).map(({ what, rule }) => [what, rule]))(
    'refuses %s',
    (what, rule) => {
      expect(found[String(what)]).toContain(rule);
    },
  );

  it.each(attempts.filter(({ rule }) => rule === null).map(({ what }) => what))('takes %s', (what) => {
    expect(found[what]).toEqual([]);
  });
});
