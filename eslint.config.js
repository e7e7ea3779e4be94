import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const appsMayUse = {
  gateway: ['contracts', 'edf', 'ledger', 'storage', 'service'],
  dispatcher: ['contracts', 'ledger', 'storage', 'jobs', 'service'],
  processor: ['contracts', 'edf', 'analysis', 'exports', 'ledger', 'storage', 'jobs', 'service'],
  cli: ['contracts', 'edf', 'uploader'],
  web: ['contracts', 'edf', 'analysis', 'uploader'],
  e2e: ['contracts', 'edf'],
  'local-cluster': ['contracts', 'edf', 'ledger', 'service', 'uploader'],
};

const boundaries = [
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib'] },
  {
    sourceTag: 'layer:core',
    onlyDependOnLibsWithTags: ['layer:core'],
    bannedExternalImports: ['@aws-sdk/*', 'bullmq', 'ioredis', 'express', 'pino'],
  },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:core', 'layer:testing'] },
  { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: ['layer:testing'] },
  { sourceTag: 'layer:runtime', onlyDependOnLibsWithTags: ['layer:runtime'] },
  { sourceTag: 'lib:edf', onlyDependOnLibsWithTags: ['lib:edf'], allowedExternalImports: ['fast-check'] },
  { sourceTag: 'lib:analysis', onlyDependOnLibsWithTags: ['lib:edf'] },
  { sourceTag: 'lib:exports', onlyDependOnLibsWithTags: ['lib:edf', 'lib:analysis'] },
  { sourceTag: 'lib:contracts', onlyDependOnLibsWithTags: ['lib:contracts'] },
  ...Object.entries(appsMayUse).map(([app, libs]) => ({
    sourceTag: `app:${app}`,
    onlyDependOnLibsWithTags: [...libs.map((lib) => `lib:${lib}`), 'layer:testing'],
  })),
  // The standalone, and its likeness in virtual time, are the ones that compose other apps.
  {
    sourceTag: 'composes:apps',
    onlyDependOnLibsWithTags: ['type:lib', 'app:gateway', 'app:dispatcher', 'app:processor'],
  },
];

const noProcessEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Read the environment in config.ts only, through loadConfig; main.ts passes process.env to it.',
};
const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Everything is a named export, so that a name means one thing everywhere.',
};

export default [
  { ignores: ['**/dist', '**/build', '**/node_modules', '.nx', 'coverage'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs', '**/*.js'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], depConstraints: boundaries, enforceBuildableLibDependency: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['apps/**/*.ts', 'apps/**/*.tsx', 'libs/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      'no-restricted-syntax': ['error', noProcessEnv, noDefaultExport],
    },
  },
  {
    // Composition roots read the environment; tests may.
    files: ['**/*main.ts', '**/*.test.ts', '**/*.test.tsx', '**/config.ts', '**/test-support/corpus.ts'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport] },
  },
  {
    // Servers that stand in for AWS are started by tests, benchmarks and the local cluster alone.
    files: ['libs/**/*.ts', 'apps/**/*.ts'],
    ignores: ['**/*.test.ts', '**/test-support/**', '**/bench/*.ts', 'apps/local-cluster/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: '@edf-pipeline/stand-ins', message: 'Only tests start stand-ins.' }] },
      ],
    },
  },
  {
    // Adapters are chosen in composition roots and in tests, never inside a use case.
    files: ['apps/*/src/**/*.ts'],
    ignores: [
      '**/*main.ts',
      '**/*.test.ts',
      '**/test-support/**',
      'apps/standalone/**',
      'apps/local-cluster/**',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@edf-pipeline/ledger/*', '@edf-pipeline/storage/*', '@edf-pipeline/jobs/*'],
              message: 'Import the port; adapters are chosen in *main.ts.',
            },
          ],
        },
      ],
    },
  },
  {
    files: [
      'libs/edf/src/**/*.ts',
      'libs/analysis/src/**/*.ts',
      'libs/uploader/src/**/*.ts',
      'libs/contracts/src/**/*.ts',
    ],
    ignores: ['**/*.test.ts', '**/test-support/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', 'fs', 'path'], message: 'Runs in a browser too.' }] },
      ],
    },
  },
];
