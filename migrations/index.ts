import { Catalog1763600013000 } from './1763600013000-catalog.migration.js';
import { BreakGlass1763600015000 } from './1763600015000-break-glass.migration.js';
import { Coherence1763600000000 } from './1763600000000-coherence.migration.js';
import { Access1763600001000 } from './1763600001000-access.migration.js';
import { ModelConfig1763600002000 } from './1763600002000-model-config.migration.js';
import { Cache1763600004000 } from './1763600004000-cache.migration.js';
import { KeyUsage1763600005000 } from './1763600005000-key-usage.migration.js';
import { Publishing1763600006000 } from './1763600006000-publishing.migration.js';
import { Audit1763600006500 } from './1763600006500-audit.migration.js';
import { FrozenInstances1763600016000 } from './1763600016000-frozen-instances.migration.js';
import { Instances1763600007000 } from './1763600007000-instances.migration.js';
import { JobPins1763600008000 } from './1763600008000-job-pins.migration.js';
import { Lessons1763600009000 } from './1763600009000-lessons.migration.js';
import { Narratives1763600011000 } from './1763600011000-narratives.migration.js';
import { Prompts1763600010000 } from './1763600010000-prompts.migration.js';
import { SignalStats1763600012000 } from './1763600012000-signal-stats.migration.js';
import { Watches1763600014000 } from './1763600014000-watches.migration.js';
import { ServerLineage1763600003000 } from './1763600003000-server-lineage.migration.js';

/** Every migration, oldest first; imported as classes, so that a bundle or a test finds the same ones. */
export const migrations = [
  Coherence1763600000000,
  Access1763600001000,
  ModelConfig1763600002000,
  ServerLineage1763600003000,
  Cache1763600004000,
  KeyUsage1763600005000,
  Publishing1763600006000,
  Audit1763600006500,
  Instances1763600007000,
  JobPins1763600008000,
  Lessons1763600009000,
  Prompts1763600010000,
  Narratives1763600011000,
  SignalStats1763600012000,
  Catalog1763600013000,
  Watches1763600014000,
  BreakGlass1763600015000,
  FrozenInstances1763600016000,
];
