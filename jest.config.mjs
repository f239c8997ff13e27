/** Everything runs as CommonJS: why is told in docs/adr/0005-jest-in-commonjs-mode.md. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/migrations'],
  testMatch: ['**/*.spec.ts', '!**/*.faults.spec.ts'],
  transform: { '\\.(ts|m?js)$': '<rootDir>/test/support/jest-transform.cjs' },
  transformIgnorePatterns: [],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'] },
  globalSetup: '<rootDir>/test/support/global-setup.cjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.cjs',
  setupFiles: ['reflect-metadata'],
  coverageProvider: 'babel',
  collectCoverageFrom: ['src/**/*.ts', 'migrations/**/*.ts', '!**/*.spec.ts'],
  // Jest leaves a core to itself, of two: the one that watches hardly works.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/support/slow-first.cjs',
  // What a test waits for has deadlines of its own: this one is for machines that others slow down.
  testTimeout: 60_000,
};
