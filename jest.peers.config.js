import preset from './jest.preset.js';

/** What libs/edf reads and writes, against other readers: `*.peers.test.ts`. */
const { testPathIgnorePatterns: _, ...everything } = preset;

export default {
  ...everything,
  testMatch: ['**/libs/edf/src/**/*.peers.test.ts'],
  modulePathIgnorePatterns: ['/dist/'],
};
