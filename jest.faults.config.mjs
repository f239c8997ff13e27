import base from './jest.config.mjs';

/** The fault matrix (CA-11): real servers, broken for real, one file at a time so that they can be measured. */
export default {
  ...base,
  testMatch: ['**/*.faults.spec.ts'],
  maxWorkers: 1,
  testTimeout: 180_000,
  reporters: ['default', '<rootDir>/test/support/fault-reporter.cjs'],
};
