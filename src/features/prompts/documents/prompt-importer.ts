import { Inject, Injectable } from '@nestjs/common';
import { sha256Of } from '../../../platform/audit/index.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { assertMayLabel } from '../publishing/assert-may-label.js';
import { placeDraft } from '../publishing/place-draft.js';
import { PromptChanges, type PromptWork, type Published } from '../publishing/prompt-changes.service.js';
import type { PromptEdit } from '../publishing/prompt-edit.js';
import { nameLabel, namePrompt } from '../publishing/prompt-key.js';
import type { PromptWriter } from '../publishing/prompt-writer.js';
import type { StandingPrompt } from '../publishing/standing-prompts.js';
import { isSameContent, type TemplateContent } from '../publishing/template-content.js';
import { checkDraft, toContent } from '../publishing/template-draft.js';
import { findLibraryFaults } from './find-library-faults.js';
import { findTemplateFaults, toDraft } from './find-template-faults.js';
import { toLibraryRows } from './library-rows.js';
import { readLibrary, writeLibrary, type ImportedChange } from './library-writer.js';
import type { PromptDocument } from './prompt-document.js';

export interface ImportedPrompts {
  readonly changes: readonly ImportedChange[];
}

/** Brings documents in: one transaction each, and nothing is taken away. The same document twice changes nothing. */
@Injectable()
export class PromptImporter {
  constructor(@Inject(PromptChanges) private readonly promptChanges: PromptChanges) {}

  /**
   * @throws PromptInvalidError with everything that is wrong, PromptTooLargeError, ForbiddenError; what
   * `PromptChanges` throws
   */
  async import(document: PromptDocument, edit: PromptEdit): Promise<ImportedPrompts & Published> {
    assertMayLabel(
      document.templates.flatMap(({ labels }) => labels),
      edit.call,
    );
    return this.promptChanges.make(edit, (writer) => bringIn(writer, document));
  }

  /** What `import` would change, and its errors. */
  plan(document: PromptDocument, edit: PromptEdit): Promise<ImportedPrompts> {
    return this.promptChanges.rehearse(edit, (writer) => bringIn(writer, document));
  }
}

async function bringIn(writer: PromptWriter, document: PromptDocument): Promise<PromptWork<ImportedPrompts>> {
  const standing = await readLibrary(writer);
  const wanted = toLibraryRows(document);
  const staticNames = new Set([...standing.placeholders, ...wanted.placeholders].map(({ name }) => name));
  const values = [...standing.placeholder_values, ...wanted.placeholder_values];
  const faults = [
    ...findLibraryFaults(wanted, values),
    ...findTemplateFaults(document, staticNames),
    ...(await findModeFaults(writer, document)),
  ];
  if (faults.length > 0) throw new PromptInvalidError('document', faults);
  const changes = [
    ...(await writeLibrary(writer, standing, wanted)),
    ...(await placeTemplates(writer, document, staticNames)),
    ...(await putModes(writer, document)),
  ];
  const audited = { target: 'prompts', afterSha256: sha256Of(document) };
  return { answer: { changes }, audited: changes.length > 0 ? audited : null };
}

async function findModeFaults(writer: PromptWriter, { modes, templates }: PromptDocument) {
  const faults = [];
  for (const node of Object.keys(modes)) {
    if (templates.some((template) => template.node === node) || (await writer.hasNode(node))) continue;
    faults.push({ path: `modes.${node}`, message: 'there is no prompt of this node' });
  }
  return faults;
}

async function placeTemplates(
  writer: PromptWriter,
  { templates }: PromptDocument,
  staticNames: ReadonlySet<string>,
): Promise<ImportedChange[]> {
  const standing = await writer.standing([...new Set(templates.map(({ node }) => node))]);
  const changes: ImportedChange[] = [];
  for (const template of templates) {
    const draft = toDraft(template);
    const mine = standing.of(draft);
    const content = toContent(draft, checkDraft(draft, staticNames).dynamicPlaceholders);
    const labels = draft.labels.filter((label) => !says(mine, label, content));
    if (labels.length === 0) continue;
    const { nodeName, language } = draft;
    const { version, isNew, moved } = await placeDraft(writer, { nodeName, language }, mine, content, labels);
    if (isNew) changes.push({ subject: `${namePrompt(draft)} version ${version}`, kind: 'added' });
    for (const { label, previousVersion } of moved)
      changes.push({
        subject: nameLabel(draft, label),
        kind: previousVersion === null ? 'added' : 'changed',
      });
  }
  return changes;
}

function says(standing: StandingPrompt, label: string, content: TemplateContent): boolean {
  const labelled = standing.labelled(label);
  return labelled !== null && isSameContent(labelled, content);
}

async function putModes(writer: PromptWriter, { modes }: PromptDocument): Promise<ImportedChange[]> {
  const changes: ImportedChange[] = [];
  for (const [node, localShare] of Object.entries(modes)) {
    if (await writer.putMode(node, localShare)) changes.push({ subject: `modes[${node}]`, kind: 'changed' });
  }
  return changes;
}
