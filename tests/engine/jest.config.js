import base from '../../jest.config.js';

/** The tests under Pulumi's real engine: `npm run test:engine` runs them, `npm test` does not. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/tests/engine/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/tests/engine/global-setup.ts',
  globalTeardown: '<rootDir>/tests/engine/global-teardown.ts',
  // The CLI, the program and two plugins are four processes for each.
  maxWorkers: 2,
  testSequencer: '<rootDir>/tests/engine/longest-first.mjs',
  testTimeout: 600_000,
};
