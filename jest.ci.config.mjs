import { availableParallelism } from 'node:os';
import base from './jest.config.mjs';
import coverage from './jest.coverage.config.mjs';

const { testRegex, ...whole } = coverage;
const project = {
  rootDir: import.meta.dirname,
  testEnvironment: base.testEnvironment,
  roots: base.roots,
  transform: base.transform,
  transformIgnorePatterns: base.transformIgnorePatterns,
  moduleNameMapper: base.moduleNameMapper,
  globalSetup: base.globalSetup,
  globalTeardown: base.globalTeardown,
  setupFiles: base.setupFiles,
};

/** `npm test` and `npm run test:coverage` in one: each spec runs once, and only what is measured is instrumented. */
export default {
  ...whole,
  // A spec that waits for what it broke needs no core meanwhile.
  // A number: Jest takes a percentage above 100 for that many workers.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  projects: [
    { ...project, displayName: 'measured', testRegex },
    {
      ...project,
      displayName: 'others',
      testMatch: base.testMatch,
      testPathIgnorePatterns: [testRegex],
      coveragePathIgnorePatterns: ['/'],
    },
  ],
};
