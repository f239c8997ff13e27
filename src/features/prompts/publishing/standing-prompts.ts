import { namePrompt, type PromptKey } from './prompt-key.js';
import type { TemplateVersion } from './template-content.js';

export interface StandingLabel extends PromptKey {
  readonly label: string;
  readonly version: number;
  readonly previousVersion: number | null;
}

export interface StandingVersion extends PromptKey, TemplateVersion {
  readonly status: 'active' | 'removed';
}

/** What stands of one prompt. */
export class StandingPrompt {
  /** The number of the last version there ever was; 0: none. */
  lastVersion = 0;
  /** Of those that are not removed; `null`: none. */
  newest: TemplateVersion | null = null;
  readonly labels = new Map<string, StandingLabel>();
  private readonly versions = new Map<number, TemplateVersion>();

  /** The content that a label serves; `null` where there is no such label, or what it stands for was removed (by psql). */
  labelled(label: string): TemplateVersion | null {
    const version = this.labels.get(label)?.version;
    return version === undefined ? null : (this.versions.get(version) ?? null);
  }

  add(version: StandingVersion): void {
    this.lastVersion = Math.max(this.lastVersion, version.version);
    if (version.status === 'removed') return;
    this.versions.set(version.version, version);
    if (version.version > (this.newest?.version ?? 0)) this.newest = version;
  }
}

/** By the name of the prompt: the last version, the newest active one and the labelled ones of each. */
export class StandingPrompts {
  private readonly byName = new Map<string, StandingPrompt>();

  constructor(versions: readonly StandingVersion[], labels: readonly StandingLabel[]) {
    for (const version of versions) this.of(version).add(version);
    for (const label of labels) this.of(label).labels.set(label.label, label);
  }

  of(key: PromptKey): StandingPrompt {
    const name = namePrompt(key);
    const found = this.byName.get(name) ?? new StandingPrompt();
    this.byName.set(name, found);
    return found;
  }
}
