import type { Argument, Command, Option } from 'commander';

const escape = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** Every command in Markdown, as its own help tells of it: the part of `docs/cli.md` that is generated. */
export function renderCommands(program: Command): string {
  return leavesOf(program)
    .map(({ path, command }) => {
      const args = command.registeredArguments
        .filter(({ description }) => description !== '')
        .map(argumentRow);
      const options = command.options.map(optionRow);
      const usage = [
        path,
        ...command.registeredArguments.map(usageOf),
        ...(options.length > 0 ? ['[options]'] : []),
      ];
      return [
        `### ${path}`,
        '',
        `\`${usage.join(' ')}\`: ${escape(command.description())}.`,
        ...(args.length + options.length === 0
          ? []
          : ['', '| what | what it does |', '| --- | --- |', ...args, ...options]),
      ].join('\n');
    })
    .join('\n\n');
}

interface Leaf {
  readonly path: string;
  readonly command: Command;
}

function leavesOf(command: Command, path = command.name()): Leaf[] {
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands.flatMap((each) => leavesOf(each, `${path} ${each.name()}`));
}

const usageOf = (argument: Argument): string =>
  argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;

const argumentRow = (argument: Argument): string =>
  `| \`${usageOf(argument)}\` | ${escape(argument.description)} |`;

function optionRow(option: Option): string {
  const { flags, description, mandatory, defaultValue } = option;
  const notes = [
    ...(mandatory ? ['required'] : []),
    ...(isTold(defaultValue) ? [`default ${String(defaultValue)}`] : []),
  ];
  return `| \`${flags}\` | ${escape(description)}${notes.length === 0 ? '' : `; ${notes.join('; ')}`} |`;
}

const isTold = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
