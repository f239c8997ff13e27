import * as fc from 'fast-check';
import { buildSnapshot } from '../../src/features/model-config/snapshot/build-snapshot.js';
import type { Snapshot } from '../../src/features/model-config/snapshot/snapshot.js';
import { validateConfig } from '../../src/features/model-config/validation/validate-config.js';
import { aPhase, toRows, validConfig } from './config-rows.js';

/** What text columns take: no control characters, and no half of one. */
const line = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((text) => /^[^\p{Cc}\p{Cs}]+$/u.test(text));
const unit = fc.double({ min: 0, max: 1, noNaN: true });

const phase = fc
  .record({
    phase: fc.constantFrom('stage_2', 'stage_3', 'stage_4', 'stage_5', 'narrative'),
    courseId: fc.option(fc.oneof(fc.constantFrom('c1', 'c2', '__proto__'), line)),
    language: fc.constantFrom('any', 'ru', 'en'),
    contextTier: fc.constantFrom('standard', 'extended'),
    fallbackModelId: fc.constantFrom('b/writer', null),
    temperature: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2, noNaN: true })),
    maxTokens: fc.integer({ min: 1, max: 80_000 }),
    qualityThreshold: fc.option(fc.oneof(fc.constant(0), unit)),
    maxRetries: fc.integer({ min: 0, max: 10 }),
    timeoutMs: fc.option(fc.integer({ min: 1_000, max: 2_147_483_647 })),
    cacheReadEnabled: fc.boolean(),
  })
  .map(({ phase: name, ...over }) => aPhase(name, over as Partial<ReturnType<typeof aPhase>>));

/** Any snapshot that breaks no rule: courses by any name, every number at its ends and between, null and false. */
export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    phases: fc.uniqueArray(phase, {
      selector: ({ phase: name, courseId, language, contextTier }) =>
        JSON.stringify([name, courseId, language, contextTier]),
      maxLength: 12,
    }),
    displayName: line,
    price: fc.double({ min: 0, max: 1e6, noNaN: true }),
    calibration: fc.record({
      calibratedAt: fc.option(fc.constant('2026-01-02T03:04:05.678Z')),
      calibrationN: fc.option(fc.nat()),
      // JSON, which all of this goes over, writes 0 for -0.
      kappa: fc.option(fc.double({ min: -1, max: 1, noNaN: true }).map((kappa) => kappa + 0)),
      weight: fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true }),
    }),
    reservePercent: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    version: fc.nat(),
    changeId: fc.uuid(),
  })
  .map(({ phases, displayName, price, calibration, reservePercent, version, changeId }) => {
    const rows = toRows({
      models: validConfig.models.map((row) => ({ ...row, displayName, inputUsdPerMtok: price })),
      phases: [aPhase('global_default'), ...phases],
      judges: validConfig.judges.map((row) => ({ ...row, ...calibration })),
      reserves: [{ language: 'any', reservePercent }],
    });
    const faults = validateConfig(rows);
    if (faults.length > 0) throw new Error(`The snapshot is not valid: ${JSON.stringify(faults)}`);
    return buildSnapshot(rows, { epoch: 'e1', version, changeId });
  });
