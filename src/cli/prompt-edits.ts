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
import { print } from './print.js';
import { withContext } from './with-context.js';

interface ImportOptions {
  readonly reason: string;
  readonly dryRun?: boolean;
}

interface LabelOptions {
  readonly language: string;
  readonly reason: string;
}

const readDocument = async (file: string) => readPromptDocument(await readFile(file, 'utf8'));

/** Nothing is taken away by an import: what it changes needs no question. */
export async function importPrompts(file: string, { reason, dryRun = false }: ImportOptions): Promise<void> {
  const document = await readDocument(file);
  const edit = { call: localCaller('prompts import'), reason };
  await withContext(
    async (context) => {
      const importer = context.get(PromptImporter);
      const { changes } = dryRun
        ? await importer.plan(document, edit)
        : await importer.import(document, edit);
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
  { language, reason }: LabelOptions,
): Promise<void> {
  const edit = { call: localCaller('prompts label'), reason };
  await withPublisher((publisher) => publisher.moveLabel({ nodeName, language, label }, version, null, edit));
}

export async function rollbackPrompt(
  nodeName: string,
  { language, label, reason }: LabelOptions & { readonly label: string },
): Promise<void> {
  const edit = { call: localCaller('prompts rollback'), reason };
  await withPublisher((publisher) => publisher.rollbackLabel({ nodeName, language, label }, edit));
}

async function withPublisher(work: (publisher: PromptPublisher) => Promise<LabelPublication>): Promise<void> {
  const { nodeName, language, label, version, previousVersion } = await withContext(
    (context) => work(context.get(PromptPublisher)),
    [PromptPublishingModule],
  );
  print(`${nodeName} (${language}) ${label}: version ${version}, before that ${previousVersion ?? 'none'}`);
}
