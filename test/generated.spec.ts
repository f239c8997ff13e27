import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderEnvExample, renderSettingsTable } from '../src/platform/config/render-settings.js';

const text = (file: string): string => readFileSync(join(__dirname, '..', file), 'utf8');
const cells = (table: string): string[] =>
  table.split('\n').map((line) => line.replaceAll(/ +|-+/g, ' ').trim());

describe('what is generated from the settings schema is up to date (npm run generate)', () => {
  it('.env.example', () => {
    expect(text('.env.example')).toBe(renderEnvExample());
  });

  it("the README's table, whatever the formatter made of its widths", () => {
    const [, table = ''] = /<!-- settings -->\n([\s\S]*?)<!-- \/settings -->/.exec(text('README.md')) ?? [];
    expect(cells(table.trim())).toEqual(cells(renderSettingsTable().trim()));
  });
});
