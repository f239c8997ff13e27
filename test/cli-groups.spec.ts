import { Command } from 'commander';
import { commandGroups } from '../src/cli/command-groups.js';
import { createProgram } from '../src/cli/create-program.js';

const namesOf = ({ commands }: Command): string[] => commands.map((command) => command.name());

describe('groups of commands (OP-8)', () => {
  it.each(commandGroups.map(({ names, load }) => ({ names, load })))(
    '$names: has these commands, and no other',
    async ({ names, load }) => {
      const program = new Command();
      (await load())(program);
      expect(namesOf(program)).toEqual(names);
    },
  );

  it('are all there where no command is named, or none that exists', async () => {
    const all = commandGroups.flatMap(({ names }) => names);
    expect(new Set(all).size).toBe(all.length);
    for (const wanted of [undefined, '--help', 'kesy'])
      expect(namesOf(await createProgram(wanted))).toEqual(all);
  });

  it('come alone where one of them is named', async () => {
    expect(namesOf(await createProgram('thaw'))).toEqual(['freeze', 'thaw']);
  });
});
