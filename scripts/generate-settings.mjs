// Writes what is derived from the settings schema: .env.example, and the table in the README.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderEnvExample, renderSettingsTable } from '../dist/src/platform/config/render-settings.js';

const between = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

writeFileSync('.env.example', renderEnvExample());
const readme = readFileSync('README.md', 'utf8');
writeFileSync('README.md', readme.replace(between, `$1\n${renderSettingsTable()}\n$2`));
