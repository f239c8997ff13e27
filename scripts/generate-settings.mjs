// Writes what is derived from the settings schema: .env.example, and the table in docs/settings.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderEnvExample, renderSettingsTable } from '../dist/src/platform/config/render-settings.js';

const between = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;
const page = 'docs/settings.md';

writeFileSync('.env.example', renderEnvExample());
writeFileSync(page, readFileSync(page, 'utf8').replace(between, `$1\n${renderSettingsTable()}\n$2`));
