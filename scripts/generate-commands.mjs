// Writes what is derived from the commands' own help: the list in docs/cli.md.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { createProgram } from '../dist/src/cli/create-program.js';
import { renderCommands } from '../dist/src/cli/render-commands.js';

const between = /(<!-- commands -->\n)[\s\S]*?(<!-- \/commands -->)/;

const commands = renderCommands(await createProgram());
const page = readFileSync('docs/cli.md', 'utf8');
// A function: the text may hold what a replacement would take for a group.
writeFileSync(
  'docs/cli.md',
  page.replace(between, (_, start, end) => `${start}\n${commands}\n\n${end}`),
);
