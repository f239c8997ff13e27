import { Coherence1763600000000 } from './1763600000000-coherence.migration.js';
import { Access1763600001000 } from './1763600001000-access.migration.js';
import { ModelConfig1763600002000 } from './1763600002000-model-config.migration.js';
import { Cache1763600004000 } from './1763600004000-cache.migration.js';
import { ServerLineage1763600003000 } from './1763600003000-server-lineage.migration.js';

/** Every migration, oldest first; imported as classes, so that a bundle or a test finds the same ones. */
export const migrations = [
  Coherence1763600000000,
  Access1763600001000,
  ModelConfig1763600002000,
  ServerLineage1763600003000,
  Cache1763600004000,
];
