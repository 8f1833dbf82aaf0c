const swc = ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }];
// Published as modules alone, while jest runs CommonJS: the clients `ai` and `@ai-sdk/…`, and what they import.
const modules = '(?:ai|@ai-sdk|@workflow|zod)/';

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  // Those take minutes and Pulumi's CLI: `npm run test:engine`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/engine/'],
  globalSetup: '<rootDir>/tests/global-setup.ts',
  transform: {
    '^.+\\.ts$': swc,
    '/(?:local|schemas/compiled)/.+\\.mjs$': swc,
    [`/node_modules/${modules}.+\\.js$`]: swc,
  },
  transformIgnorePatterns: [`/node_modules/(?!${modules})`],
  // Many tests start processes; on two busy cores that takes its time. Nothing here measures it.
  testTimeout: 60_000,
};
