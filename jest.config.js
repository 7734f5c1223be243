/** Jest runs the TypeScript sources as ES modules; swc only removes the types. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: ['<rootDir>/packages/*/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
  globalSetup: '<rootDir>/test/runner/temporary-folder.js',
  globalTeardown: '<rootDir>/test/runner/remove-temporary-folder.js',
  setupFilesAfterEnv: ['<rootDir>/test/runner/to-end.ts'],
  testTimeout: 60_000,
  // By default Jest leaves one core to itself, half of a small machine.
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/test/runner/count-reporter.js'],
};
