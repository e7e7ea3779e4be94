export default {
  preset: '../../jest.preset.js',
  testMatch: ['**/src/**/*.e2e.ts'],
  testTimeout: 60_000,
  // One target serves all files: two at a time keep the queue short enough to look into.
  maxWorkers: 2,
};
