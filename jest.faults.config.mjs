import config from './jest.config.mjs';

/** What takes minutes, and is not part of `npm test`. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/faults/**/*.faults.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
