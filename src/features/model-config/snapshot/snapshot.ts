import type { AsOf } from '../../../core/index.js';
import type { ModelSettings, PhaseKey, PhaseSettings } from '../rows/config-document.js';
import type { JudgeRole } from '../rows/judge-config.entity.js';
import type { RowFacts } from '../rows/row-facts.js';
import type { ProposedJudge } from '../rows/proposed-config.js';

export type ModelRow = Readonly<ModelSettings & { id: string }> & RowFacts;
export type PhaseRow = Readonly<PhaseSettings & PhaseKey> & RowFacts;
export type JudgeRow = ProposedJudge & RowFacts;
export type ReserveRow = Readonly<{ language: string; reservePercent: number }> & RowFacts;

/** The three judges of a language, one unit. */
export interface Panel extends Readonly<Record<JudgeRole, JudgeRow>> {
  readonly language: string;
}

/** Rows as the database gives them, by kind. */
export interface ConfigRows {
  readonly models: readonly ModelRow[];
  readonly phases: readonly PhaseRow[];
  readonly judges: readonly JudgeRow[];
  readonly reserves: readonly ReserveRow[];
}

/** phase → `language/tier` → row: the rows of one course, or those of all courses. */
export type PhaseIndex = ReadonlyMap<string, ReadonlyMap<string, PhaseRow>>;

const rolesOfPanel = 3;
const none: ReadonlySet<string> = new Set();

/**
 * All of the configuration at one moment, immutable. A newer one shares the parts that did not change, so that one
 * course's edit costs one course's index.
 */
export class Snapshot {
  /** Unique to the content: version and change that made it. */
  readonly id: string;
  // Private to the runtime too: what was worked out already makes no difference to another snapshot.
  #declared: ReadonlySet<string> | null = null;

  constructor(
    readonly asOf: AsOf,
    readonly models: ReadonlyMap<string, ModelRow>,
    /** The rows that hold for every course. */
    readonly global: PhaseIndex,
    readonly courses: ReadonlyMap<string, PhaseIndex>,
    readonly panels: ReadonlyMap<string, Panel>,
    /** Language → 0..1. */
    readonly reserves: ReadonlyMap<string, ReserveRow>,
    /** Phases that rows declare which are not kept here: those of other courses than a job was pinned for. */
    readonly otherPhases: ReadonlySet<string> = none,
  ) {
    this.id = `${asOf.version}-${asOf.changeId.slice(0, 8)}`;
  }

  /** How many rows it was built from. */
  get rowCount(): number {
    const phases = [this.global, ...this.courses.values()].flatMap((index) => [...index.values()]);
    const phaseRows = phases.reduce((sum, rows) => sum + rows.size, 0);
    return this.models.size + phaseRows + this.panels.size * rolesOfPanel + this.reserves.size;
  }

  /** Phases that any row names, be it of one course only. */
  get declaredPhases(): ReadonlySet<string> {
    this.#declared ??= new Set([
      ...[this.global, ...this.courses.values()].flatMap((index) => [...index.keys()]),
      ...this.otherPhases,
    ]);
    return this.#declared;
  }
}
