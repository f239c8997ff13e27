import { readFile } from 'node:fs/promises';
import {
  type LabelPublication,
  PromptImporter,
  PromptPublisher,
  PromptPublishingModule,
  readPromptDocument,
  validatePromptDocument,
} from '../features/prompts/index.js';
import { localCaller } from './local-caller.js';
import { print, printJson } from './print.js';
import { withContext } from './with-context.js';

interface ImportOptions {
  readonly reason: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface LabelOptions {
  readonly language: string;
  readonly reason: string;
  readonly json?: boolean;
}

const readDocument = async (file: string) => readPromptDocument(await readFile(file, 'utf8'));

/** Nothing is taken away by an import: what it changes needs no question. */
export async function importPrompts(file: string, options: ImportOptions): Promise<void> {
  const { reason, dryRun = false, json = false } = options;
  const document = await readDocument(file);
  const edit = { call: localCaller('prompts import'), reason };
  await withContext(
    async (context) => {
      const importer = context.get(PromptImporter);
      const { changes } = dryRun
        ? await importer.plan(document, edit)
        : await importer.import(document, edit);
      if (json) return printJson({ changes });
      for (const { kind, subject } of changes) print(`${kind} ${subject}`);
      if (changes.length === 0) print('nothing to change');
    },
    [PromptPublishingModule],
  );
}

export async function validatePrompts(file: string): Promise<void> {
  validatePromptDocument(await readDocument(file));
  print('valid');
}

export async function labelPrompt(
  nodeName: string,
  label: string,
  version: number,
  { language, reason, json = false }: LabelOptions,
): Promise<void> {
  const edit = { call: localCaller('prompts label'), reason };
  const key = { nodeName, language, label };
  await withPublisher(json, (publisher) => publisher.moveLabel(key, version, null, edit));
}

export async function rollbackPrompt(
  nodeName: string,
  { language, label, reason, json = false }: LabelOptions & { readonly label: string },
): Promise<void> {
  const edit = { call: localCaller('prompts rollback'), reason };
  const key = { nodeName, language, label };
  await withPublisher(json, (publisher) => publisher.rollbackLabel(key, edit));
}

async function withPublisher(
  json: boolean,
  work: (publisher: PromptPublisher) => Promise<LabelPublication>,
): Promise<void> {
  const { nodeName, language, label, version, previousVersion } = await withContext(
    (context) => work(context.get(PromptPublisher)),
    [PromptPublishingModule],
  );
  if (json) return printJson({ nodeName, language, label, version, previousVersion });
  print(`${nodeName} (${language}) ${label}: version ${version}, before that ${previousVersion ?? 'none'}`);
}
