import preset from './jest.preset.js';

/** The tests against real servers: `*.servers.test.ts`. */
const { testPathIgnorePatterns: _, ...everything } = preset;

export default {
  ...everything,
  testMatch: ['**/{libs,apps}/*/src/**/*.servers.test.ts'],
  modulePathIgnorePatterns: ['/dist/'],
};
