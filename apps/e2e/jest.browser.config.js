export default { preset: '../../jest.preset.js', testMatch: ['**/src/**/*.browser.ts'] };
