import { quickToAwait, type ReadResult } from '../../../core/index.js';
import type { Repeatable } from '../../../platform/cache/index.js';
import type { ContextTier } from '../rows/phase-config.entity.js';
import type { ResolvedPhase } from './phase-resolver.js';
import { metaOf, metaText, type ReadMeta } from './read-meta.js';
import type { Candidate } from './resolve-phase.js';
import type { PhaseRow, Snapshot } from '../snapshot/snapshot.js';

export interface PhaseMeta extends ReadMeta {
  /** Every place that was looked at, the chosen one last. */
  readonly resolution: readonly Candidate[];
}

/**
 * The model of a phase with every setting a node needs. Getters over the frozen row: making one costs one small
 * object, whatever the number of columns.
 */
export class PhaseModel implements Repeatable {
  constructor(
    private readonly resolved: ResolvedPhase,
    private readonly read: ReadResult<Snapshot>,
  ) {}

  /** The phase of the row that answered: `global_default` where the asked one had none that fits. */
  get phase(): string {
    return this.resolved.row.phase;
  }
  get courseId(): string | null {
    return this.resolved.row.courseId;
  }
  get language(): string {
    return this.resolved.row.language;
  }
  get contextTier(): ContextTier {
    return this.resolved.row.contextTier;
  }
  get modelId(): string {
    return this.resolved.row.modelId;
  }
  get fallbackModelId(): string | null {
    return this.resolved.row.fallbackModelId;
  }
  /** 0..2; 0 is a value. */
  get temperature(): number {
    return this.resolved.row.temperature;
  }
  get maxTokens(): number {
    return this.resolved.row.maxTokens;
  }
  get maxContextTokens(): number {
    return this.resolved.row.maxContextTokens;
  }
  get qualityThreshold(): number | null {
    return this.resolved.row.qualityThreshold;
  }
  get maxRetries(): number {
    return this.resolved.row.maxRetries;
  }
  get timeoutMs(): number | null {
    return this.resolved.row.timeoutMs;
  }
  get cacheReadEnabled(): boolean {
    return this.resolved.row.cacheReadEnabled;
  }
  /** The version of the row; that of the configuration is `meta.version`. */
  get version(): number {
    return this.resolved.row.version;
  }

  get isStale(): boolean {
    return this.read.isStale;
  }

  get label(): ReadMeta {
    return metaOf(this.read);
  }

  get madeFrom(): Snapshot {
    return this.read.data;
  }

  again(read: ReadResult<Snapshot>): PhaseModel {
    return new PhaseModel(this.resolved, read);
  }

  get meta(): PhaseMeta {
    return { ...metaOf(this.read), resolution: this.resolved.tried };
  }

  /** `JSON.stringify` of the same, quicker: what does not change with each read was written once. */
  toJsonText(): string {
    const { resolved } = this;
    resolved.text ??= {
      row: JSON.stringify(resolved.row).slice(0, -1),
      resolution: JSON.stringify(resolved.tried),
    };
    const meta = metaText(this.read).slice(0, -1);
    return `${resolved.text.row},"meta":${meta},"resolution":${resolved.text.resolution}}}`;
  }

  toJSON(): PhaseRow & { meta: PhaseMeta } {
    return { ...this.resolved.row, meta: this.meta };
  }
}

quickToAwait(PhaseModel);
