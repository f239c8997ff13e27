import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderMetrics } from '../src/ops/metrics/render-metrics.js';
import { createProgram } from '../src/cli/create-program.js';
import { exitCodes } from '../src/cli/exit-codes.js';
import { renderCommands } from '../src/cli/render-commands.js';
import { renderEnvExample, renderSettingsTable } from '../src/platform/config/render-settings.js';

const text = (file: string): string => readFileSync(join(__dirname, '..', file), 'utf8');
const cells = (table: string): string[] =>
  table.split('\n').map((line) => line.replaceAll(/ +|-+/g, ' ').trim());

describe('what is generated is up to date (npm run generate)', () => {
  it('.env.example', () => {
    expect(text('.env.example')).toBe(renderEnvExample());
  });

  it('the table of docs/settings.md, whatever the formatter made of its widths', () => {
    const [, table = ''] =
      /<!-- settings -->\n([\s\S]*?)<!-- \/settings -->/.exec(text('docs/settings.md')) ?? [];
    expect(cells(table.trim())).toEqual(cells(renderSettingsTable().trim()));
  });

  it('the tables of docs/metrics.md (OP-5)', async () => {
    const [, tables = ''] =
      /<!-- metrics -->\n([\s\S]*?)<!-- \/metrics -->/.exec(text('docs/metrics.md')) ?? [];
    expect(cells(tables.trim())).toEqual(cells((await renderMetrics()).trim()));
  });
});

describe('docs/cli.md', () => {
  const page = text('docs/cli.md');

  it('lists every command as its own help does (OP-8; npm run generate)', async () => {
    const [, commands = ''] = /<!-- commands -->\n([\s\S]*?)<!-- \/commands -->/.exec(page) ?? [];
    expect(cells(commands.trim())).toEqual(cells(renderCommands(await createProgram())));
  });

  it('lists every exit code (OP-8)', () => {
    const [, table = ''] = /## Exit codes\n([\s\S]*?)\n## /.exec(page) ?? [];
    const listed = [...table.matchAll(/^\| (\d) /gm)].map(([, code]) => Number(code));
    expect(listed).toEqual(Object.values(exitCodes));
  });
});
