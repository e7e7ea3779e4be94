// Every project runs as native ES modules; types are checked by tsc, not here.
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'json'],
  testMatch: ['**/src/**/*.test.ts', '**/src/**/*.test.tsx'],
  // A test that hangs ends; nothing is timed by it, and a machine may be busy.
  testTimeout: 30_000,
  // Tiers of their own: these need servers or programs that Node does not bring.
  testPathIgnorePatterns: ['/node_modules/', '\\.(servers|peers)\\.test\\.ts$'],
};
