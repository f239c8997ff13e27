import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  PromptCatalog,
  PromptExporter,
  PromptPreviewer,
  PromptPublishingModule,
  previewBody,
  renderPromptDocument,
} from '../features/prompts/index.js';
import { print } from './print.js';
import { renderTable } from './render-table.js';
import { withContext } from './with-context.js';

interface Output {
  readonly json?: boolean;
}

interface OfLanguage {
  readonly language: string;
}

export interface PreviewOptions extends OfLanguage {
  readonly label: string;
  readonly set: Readonly<Record<string, string>>;
  readonly context?: string;
}

const withCatalog = <R>(work: (catalog: PromptCatalog) => Promise<R>): Promise<R> =>
  withContext((context) => work(context.get(PromptCatalog)), [PromptPublishingModule]);

export async function exportPrompts({ format }: { format: 'yaml' | 'json' }): Promise<void> {
  const document = await withContext(
    (context) => context.get(PromptExporter).export(),
    [PromptPublishingModule],
  );
  process.stdout.write(renderPromptDocument(document, format));
}

export async function listPrompts({ json = false }: Output): Promise<void> {
  const { prompts } = await withCatalog((catalog) => catalog.list());
  if (json) return print(JSON.stringify(prompts, null, 2));
  const rows = prompts.map(({ nodeName, language, newestVersion, labels, localShare }) => ({
    node: nodeName,
    language,
    newest: String(newestVersion),
    labels: Object.entries(labels)
      .map(([label, version]) => `${label}=${version}`)
      .join(' '),
    local: `${Math.round(localShare * 100)}%`,
  }));
  print(rows.length === 0 ? 'there is no prompt yet' : renderTable(rows));
}

export async function showPrompt(nodeName: string, { json = false }: Output): Promise<void> {
  const { versions, labels } = await withCatalog((catalog) => catalog.versions(nodeName, null));
  if (json) return print(JSON.stringify({ versions, labels }, null, 2));
  const rows = versions.map(({ language, version, status, createdAt, createdBy, reason }) => ({
    language,
    version: String(version),
    status,
    labels: labels
      .filter((each) => each.language === language && each.version === version)
      .map(({ label }) => label)
      .join(' '),
    made: createdAt,
    by: createdBy,
    reason,
  }));
  print(renderTable(rows));
}

export async function diffPrompt(
  nodeName: string,
  from: number,
  to: number,
  { language, json = false }: OfLanguage & Output,
): Promise<void> {
  const key = { nodeName, language };
  const diff = await withCatalog((catalog) => catalog.diff(key, from, to));
  if (json) return print(JSON.stringify(diff, null, 2));
  const { fields, system, template } = diff;
  for (const [field, { before, after }] of Object.entries(fields))
    print(`${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
  if (system !== '') print(`system:\n${system}`);
  if (template !== '') print(`template:\n${template}`);
}

/** @param what a file that holds a template, or the name of a node */
export async function previewPrompt(what: string, options: PreviewOptions): Promise<void> {
  const { language, label, set: placeholders } = options;
  const given = {
    placeholders,
    context: options.context === undefined ? {} : JSON.parse(await readFile(options.context, 'utf8')),
  };
  const template = existsSync(what) ? await readFile(what, 'utf8') : null;
  const { prompt, system } = await withContext(
    async (context) => {
      const text = template ?? (await findLabelled(context.get(PromptCatalog), what, language, label));
      const asked = typeof text === 'string' ? { template: text } : { nodeName: what, language, ...text };
      return context.get(PromptPreviewer).preview(previewBody.parse({ ...asked, ...given }));
    },
    [PromptPublishingModule],
  );
  // The prompt is all there is on stdout.
  if (system !== null) process.stderr.write(`system:\n${system}\n\nprompt:\n`);
  print(prompt);
}

async function findLabelled(catalog: PromptCatalog, nodeName: string, language: string, label: string) {
  const { labels } = await catalog.versions(nodeName, language);
  const found = labels.find((each) => each.label === label);
  if (found === undefined) throw new Error(`"${nodeName}" (${language}) has no label "${label}"`);
  return { version: found.version };
}
