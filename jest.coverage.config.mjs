import base from './jest.config.mjs';

const bar = { lines: 95, branches: 95 };

const others = { ...base };
delete others.testMatch;

/**
 * How much of the core and of the signals their specs reach (SI-11). The exhaustive searches and random models are left
 * out: they reach nothing that the others do not, and take minutes under instrumentation.
 */
export default {
  ...others,
  testRegex:
    '/(src/(core|features/signals)/.*|test/signal[^/]*)(?<!\\.(search|model|process|faults))\\.spec\\.ts$',
  collectCoverage: true,
  coverageReporters: ['text-summary', 'lcovonly'],
  collectCoverageFrom: ['src/core/**/*.ts', 'src/features/signals/**/*.ts', '!**/*.spec.ts'],
  coverageThreshold: { './src/core/': bar, './src/features/signals/': bar, global: {} },
};
