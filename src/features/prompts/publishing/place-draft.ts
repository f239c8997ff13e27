import type { PromptKey } from './prompt-key.js';
import type { PromptWriter } from './prompt-writer.js';
import type { StandingPrompt } from './standing-prompts.js';
import { isSameContent, type TemplateContent } from './template-content.js';

/** Where a label stands now, and stood before; `null`: nowhere. */
export interface LabelMove {
  readonly label: string;
  readonly version: number;
  readonly previousVersion: number | null;
}

export interface PlacedVersion {
  readonly version: number;
  readonly isNew: boolean;
  /** Those that moved. */
  readonly moved: readonly LabelMove[];
}

/** Makes a version, unless the newest one says the same already, and moves labels to it. */
export async function placeDraft(
  writer: PromptWriter,
  key: PromptKey,
  standing: StandingPrompt,
  content: TemplateContent,
  labels: readonly string[],
): Promise<PlacedVersion> {
  const { newest, lastVersion } = standing;
  const isNew = newest === null || !isSameContent(newest, content);
  const version = isNew ? lastVersion + 1 : newest.version;
  if (isNew) {
    await writer.addVersion(key, version, content);
    standing.add({ ...key, ...content, version, status: 'active' });
  }
  const moved: LabelMove[] = [];
  for (const label of labels) {
    const previousVersion = standing.labels.get(label)?.version ?? null;
    if (previousVersion === version) continue;
    await writer.putLabel(key, label, version);
    standing.labels.set(label, { ...key, label, version, previousVersion });
    moved.push({ label, version, previousVersion });
  }
  return { version, isNew, moved };
}
