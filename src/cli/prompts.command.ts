import { InvalidArgumentError, Option, type Command } from 'commander';
import { reasonSchema } from '../platform/http/reason-schema.js';
import { languageSchema } from '../platform/language/index.js';
import {
  labelSchema,
  nodeNameSchema,
  productionLabel,
  versionNumberText,
} from '../features/prompts/index.js';
import { parseAs } from './parse-as.js';
import { importPrompts, labelPrompt, rollbackPrompt, validatePrompts } from './prompt-edits.js';
import { diffPrompt, exportPrompts, listPrompts, previewPrompt, showPrompt } from './prompt-views.js';

/** `style=plain`, each adding to what was given before. */
function setting(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('as in style=plain');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

const ofLanguage = () =>
  new Option('--language <tag>', 'which language').argParser(parseAs(languageSchema)).default('any');
const json = ['--json', 'for programs, instead of text'] as const;
const because = ['--reason <text>', 'why', parseAs(reasonSchema)] as const;

export function addPromptsCommands(program: Command): void {
  const command = program.command('prompts').description('templates, labels, placeholders and profiles');
  command
    .command('import <file>')
    .description('bring a YAML or JSON document in, in one transaction; nothing is taken away')
    .option(...because, 'imported')
    .option('--dry-run', 'only show what it would change')
    .option(...json)
    .action(importPrompts);
  command
    .command('export')
    .description('print what every label serves, and what people may set')
    .addOption(new Option('--format <format>', 'yaml or json').choices(['yaml', 'json']).default('yaml'))
    .action(exportPrompts);
  command
    .command('validate <file>')
    .description('everything that is wrong with a whole document; needs no database')
    .action(validatePrompts);
  command
    .command('list')
    .description('every prompt, with its labels')
    .option(...json)
    .action(listPrompts);
  command
    .command('show')
    .argument('<node>', 'as in generating_content', parseAs(nodeNameSchema))
    .description('its versions: who made them, when and why')
    .option(...json)
    .action(showPrompt);
  command
    .command('diff')
    .argument('<node>', 'as in generating_content', parseAs(nodeNameSchema))
    .argument('<from>', 'a version', parseAs(versionNumberText))
    .argument('<to>', 'another one', parseAs(versionNumberText))
    .description('what differs between two versions')
    .option(...json)
    .addOption(ofLanguage())
    .action(diffPrompt);
  command
    .command('preview <file-or-node>')
    .description('what a template says of a context; nothing is stored')
    .option('--set <name=value>', 'what a person would have set', setting, {})
    .option('--context <file>', "JSON: the moment's content")
    .addOption(
      new Option('--label <label>', 'of a node').argParser(parseAs(labelSchema)).default(productionLabel),
    )
    .addOption(ofLanguage())
    .action(previewPrompt);
  command
    .command('label')
    .argument('<node>', 'as in generating_content', parseAs(nodeNameSchema))
    .argument('<label>', 'as in production', parseAs(labelSchema))
    .argument('<version>', 'that it is to stand for', parseAs(versionNumberText))
    .description('move a label')
    .requiredOption(...because)
    .addOption(ofLanguage())
    .option(...json)
    .action(labelPrompt);
  command
    .command('rollback')
    .argument('<node>', 'as in generating_content', parseAs(nodeNameSchema))
    .description('move a label back to where it stood before it was last moved')
    .requiredOption(...because)
    .addOption(
      new Option('--label <label>', 'which one').argParser(parseAs(labelSchema)).default(productionLabel),
    )
    .addOption(ofLanguage())
    .option(...json)
    .action(rollbackPrompt);
}
