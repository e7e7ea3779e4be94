export default {
  preset: '../../jest.preset.js',
  testMatch: ['**/src/**/*.compare.ts'],
  testTimeout: 180_000,
};
