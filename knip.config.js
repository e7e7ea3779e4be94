export default {
  ignoreExportsUsedInFile: true,
  // Of the operating system, used where they are there.
  ignoreBinaries: ['mount', 'umount', 'apt-get', 'gcc', 'java', 'mvn', 'python3', 'redis-server'],
  workspaces: {
    '.': { entry: ['scripts/*.mjs'], project: ['scripts/**/*.mjs'] },
    'libs/*': {
      // Started by tests as processes of their own, to be killed.
      entry: [
        'src/**/*.contract.ts',
        'src/**/*main.ts',
        'src/**/test-support/{write-until-killed,endless-writer}.ts',
        'bench/*.ts',
      ],
      project: ['src/**/*.ts', 'bench/**/*.ts'],
    },
    'apps/*': { entry: ['src/**/*main.ts', 'bench/*.ts'], project: ['src/**/*.{ts,tsx}', 'bench/**/*.ts'] },
    'apps/e2e': {
      entry: ['src/**/*.{e2e,browser,compare}.ts', 'jest.browser.config.js', 'jest.compare.config.js'],
      project: ['src/**/*.ts'],
    },
  },
};
