import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  ConfigPlanner,
  ConfigPublisher,
  ModelConfigService,
  proposeDocument,
  readConfigDocument,
  renderConfigDocument,
  validateConfigDocument,
  type PlannedChange,
} from '../features/model-config/index.js';
import { reasonSchema } from '../platform/http/reason-schema.js';
import { exitCodes } from './exit-codes.js';
import { localCaller } from './local-caller.js';
import { parseAs } from './parse-as.js';
import { print, printJson, tell } from './print.js';
import { withContext } from './with-context.js';

interface ImportOptions {
  readonly reason: string;
  readonly replace?: boolean;
  readonly acceptLoss?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const readDocument = async (file: string) => readConfigDocument(await readFile(file, 'utf8'));

function printPlan({ version, changes, faults }: PlannedChange): void {
  for (const { row, kind, fields } of changes) {
    print(`${kind} ${row}`);
    if (kind !== 'changed') continue;
    for (const [field, { before, after }] of Object.entries(fields)) {
      print(`  ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
    }
  }
  for (const { path, message } of faults) print(`fault ${path}: ${message}`);
  if (changes.length === 0) print(`nothing to change, version ${version}`);
}

async function isConfirmed({ yes = false, json = false }: ImportOptions): Promise<boolean> {
  if (yes || json || !process.stdin.isTTY) return yes;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question('Make this change? [y/N] ')).trim());
  } finally {
    lines.close();
  }
}

/** Where it is not, the exit code tells why. */
async function isToBeMade({ valid, changes }: PlannedChange, options: ImportOptions): Promise<boolean> {
  if (!valid) process.exitCode = exitCodes.failed;
  if (!valid || changes.length === 0 || options.dryRun) return false;
  if (await isConfirmed(options)) return true;
  tell('nothing was changed: say --yes to make this change');
  process.exitCode = exitCodes.wouldChange;
  return false;
}

const toldOf = ({ version, valid, changes, faults }: PlannedChange) => ({ version, valid, changes, faults });

/** The plan first, and what was planned only: a change in between is a conflict. */
async function importFile(file: string, options: ImportOptions): Promise<void> {
  const document = await readDocument(file);
  const { replace = false, acceptLoss = false, reason, json = false } = options;
  await withContext(async (context) => {
    const plan = await context
      .get(ConfigPlanner)
      .plan((standing) => proposeDocument(document, replace, standing), acceptLoss);
    if (!json) printPlan(plan);
    const edit = { kind: 'import', call: localCaller('config import'), reason, acceptLoss } as const;
    const made = (await isToBeMade(plan, options))
      ? await context
          .get(ConfigPublisher)
          .import(document, edit, { replace, expected: { version: plan.version } })
      : null;
    if (json) printJson({ ...toldOf(plan), imported: made?.version ?? null });
    else if (made !== null) print(`version ${made.version}`);
  });
}

async function exportFile({ format }: { format: 'yaml' | 'json' }): Promise<void> {
  await withContext(async (context) => {
    const { data } = await context.get(ModelConfigService).list();
    process.stdout.write(renderConfigDocument(data, format));
  });
}

async function diffFile(
  file: string,
  options: { replace?: boolean; exitCode?: boolean; json?: boolean },
): Promise<void> {
  const { replace = false, exitCode = false, json = false } = options;
  const document = await readDocument(file);
  await withContext(async (context) => {
    const plan = await context
      .get(ConfigPlanner)
      .plan((standing) => proposeDocument(document, replace, standing));
    if (json) printJson(toldOf(plan));
    else printPlan(plan);
    if (exitCode && plan.changes.length > 0) process.exitCode = exitCodes.wouldChange;
    if (!plan.valid) process.exitCode = exitCodes.failed;
  });
}

interface RollbackOptions {
  readonly reason: string;
  readonly only?: string[];
  readonly acceptLoss?: boolean;
  readonly json?: boolean;
}

async function rollback(version: number, options: RollbackOptions): Promise<void> {
  const { reason, only = null, acceptLoss = false, json = false } = options;
  await withContext(async (context) => {
    const edit = { kind: 'rollback', call: localCaller('config rollback'), reason, acceptLoss } as const;
    const { version: made, changes } = await context.get(ConfigPublisher).rollback(version, edit, { only });
    if (json) return printJson({ version: made, changes });
    for (const { row, kind } of changes) print(`${kind} ${row}`);
    print(changes.length > 0 ? `version ${made}` : `nothing to change, version ${made}`);
  });
}

function versionOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a version, as the history tells it');
  return Number(text);
}

async function validateFile(file: string): Promise<void> {
  validateConfigDocument(await readDocument(file));
  print('valid');
}

const json = ['--json', 'for programs, instead of lines'] as const;

export function addConfigCommands(program: Command): void {
  const command = program.command('config').description('models, phases, judges and reserves');
  command
    .command('export')
    .description('print the whole configuration')
    .addOption(new Option('--format <format>', 'yaml or json').choices(['yaml', 'json']).default('yaml'))
    .action(exportFile);
  command
    .command('import <file>')
    .description('show what a YAML or JSON document would change, then bring it in, in one transaction')
    .option('--reason <text>', 'why', parseAs(reasonSchema), 'imported')
    .option('--replace', 'rows that it does not name go; without this they stay')
    .option('--accept-loss', 'more than half of the rows are meant to go')
    .option('--dry-run', 'only show it')
    .option('--yes', 'do not ask')
    .option(...json)
    .action(importFile);
  command
    .command('diff <file>')
    .description('what the import of a document would change')
    .option('--replace', 'as for import')
    .option('--exit-code', 'exit with 2 if it would change anything')
    .option(...json)
    .action(diffFile);
  command
    .command('rollback')
    .argument('<version>', 'of the history', versionOf)
    .description('have the configuration again as it stood at a version, as a new version')
    .requiredOption('--reason <text>', 'why', parseAs(reasonSchema))
    .option(
      '--only <name...>',
      'only these rows and panels, as "phases[stage_4/any/standard]" or "judges[ru]"',
    )
    .option('--accept-loss', 'more than half of the rows are meant to go')
    .option(...json)
    .action(rollback);
  command
    .command('validate <file>')
    .description('everything that is wrong with a whole document; needs no database')
    .action(validateFile);
}
