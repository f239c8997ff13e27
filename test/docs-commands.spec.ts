import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../src/cli/create-program.js';

const root = resolve(__dirname, '..');
const pages = ['.', 'docs', 'docs/runbooks', 'bench'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
    .map((name) => join(folder, name)),
);

/** What a reader puts in place of what a page leaves open. */
const filled = (line: string) =>
  line
    .replaceAll('…', 'a reason')
    .replaceAll(/\bVERSION\b|<version>/g, '7')
    .replaceAll(/\bPREFIX\b|<prefix>/g, 'abcdefgh')
    .replaceAll(/\b(NAMESPACE|NODE)\b|<[a-z]+>/g, 'name');

/** As a shell splits it: up to a comment, a pipe, a redirection or the next command. */
function wordsOf(line: string): string[] {
  const words = filled(line).matchAll(/"([^"]*)"|'([^']*)'|(#|[|;>&]|[^\s|;>&]+)/g);
  const taken: string[] = [];
  for (const [, double, single, bare] of words) {
    if (bare !== undefined && /^[#|;>&]/.test(bare)) break;
    taken.push(double ?? single ?? bare!);
  }
  return taken;
}

/** Whole lines of blocks, and what stands in a line of text: a command with what it is given, or its mere name. */
function commandsOf(page: string): { readonly calls: string[]; readonly names: string[] } {
  const text = readFileSync(join(root, page), 'utf8').replace(/<!-- commands -->.*<!-- \/commands -->/s, '');
  const call = /(?:^|[$;(] ?|\w="?[^" ]*"? )(?:npm run -s lastgood -- |(?:npx )?lastgood )([a-z].*)/;
  const blocks = [...text.matchAll(/^```\w*.*\n([^]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split(/\n|; /).flatMap((line) => call.exec(line)?.[1] ?? []),
  );
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  const inline = [...prose.matchAll(/`(?:npm run -s lastgood -- |lastgood )([a-z][^`]*)`/g)].map(
    ([, words = '']) => words,
  );
  const isCall = (words: string) => / --?\w| [A-Z]{2}/.test(words);
  return { calls: [...blocks, ...inline.filter(isCall)], names: inline.filter((words) => !isCall(words)) };
}

function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  for (const each of command.commands) quiet(each);
}

/** What the command line has against it; `null`: it would be run. */
async function faultOf(words: string[]): Promise<string | null> {
  const program = await createProgram();
  quiet(program);
  try {
    await program.parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code === 'commander.helpDisplayed' || code === 'commander.version' ? null : message;
  }
}

/** Whether there is a command, or a group of them, of that name. */
function isNamed(program: Command, words: string[]): boolean {
  let command = program;
  for (const word of words) {
    if (command.commands.length === 0) return true;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return /^\W/.test(word);
    command = next;
  }
  return true;
}

describe('commands of lastgood in every page (OP-9)', () => {
  let program: Command;
  beforeAll(async () => (program = await createProgram()));

  it('are found, and a wrong one is noticed', async () => {
    expect(pages.flatMap((page) => commandsOf(page).calls).length).toBeGreaterThan(60);
    expect(await faultOf(['config', 'rollback', '7'])).toContain('--reason');
    expect([
      isNamed(program, ['cache', 'stats']),
      isNamed(program, ['cach']),
      isNamed(program, ['cache', 'stat']),
    ]).toEqual([true, false, false]);
    expect(await faultOf(['cluster', '--nope'])).toContain('--nope');
  });

  it.each(pages)('%s: the command line takes each, with the options that it needs', async (page) => {
    const faults: string[] = [];
    const { calls, names } = commandsOf(page);
    for (const line of calls) {
      const fault = await faultOf(wordsOf(line));
      if (fault !== null) faults.push(`${line}: ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(names.filter((name) => !isNamed(program, name.split(' ')))).toEqual([]);
  });
});
