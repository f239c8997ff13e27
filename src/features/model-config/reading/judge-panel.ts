import type { ReadResult } from '../../../core/index.js';
import type { Repeatable } from '../../../platform/cache/index.js';
import { metaOf, type ReadMeta } from './read-meta.js';
import type { JudgeRow, Panel, Snapshot } from '../snapshot/snapshot.js';

/** The three judges of a language, all of one snapshot. */
export class JudgePanel implements Repeatable {
  constructor(
    private readonly panel: Panel,
    private readonly read: ReadResult<Snapshot>,
  ) {}

  /** The language of the panel that answered: `any` where the asked one has none of its own. */
  get language(): string {
    return this.panel.language;
  }
  get primary(): JudgeRow {
    return this.panel.primary;
  }
  get secondary(): JudgeRow {
    return this.panel.secondary;
  }
  get tiebreaker(): JudgeRow {
    return this.panel.tiebreaker;
  }
  /** Why its models may also generate; `null`: they do not. */
  get independenceWaiver(): string | null {
    return this.panel.primary.independenceWaiver;
  }
  get judges(): readonly JudgeRow[] {
    return [this.panel.primary, this.panel.secondary, this.panel.tiebreaker];
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

  again(read: ReadResult<Snapshot>): JudgePanel {
    return new JudgePanel(this.panel, read);
  }

  toJsonText(): string {
    return JSON.stringify(this);
  }

  get meta(): ReadMeta {
    return metaOf(this.read);
  }

  toJSON(): Panel & { independenceWaiver: string | null; meta: ReadMeta } {
    return { ...this.panel, independenceWaiver: this.independenceWaiver, meta: this.meta };
  }
}
