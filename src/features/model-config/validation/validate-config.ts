import type { Fault } from './fault.js';
import { findCoverageGaps } from './find-coverage-gaps.js';
import { findDuplicateKeys } from './find-duplicate-keys.js';
import { findModelFaults } from './find-model-faults.js';
import { findPanelFaults } from './find-panel-faults.js';
import { findSelfGrading } from './find-self-grading.js';
import type { ProposedConfig } from '../rows/proposed-config.js';

/** The rules across rows, all faults at once. What one value may be is told by the schemas and the database. */
export function validateConfig(config: ProposedConfig): Fault[] {
  return [findDuplicateKeys, findModelFaults, findCoverageGaps, findPanelFaults, findSelfGrading].flatMap(
    (find) => find(config),
  );
}
