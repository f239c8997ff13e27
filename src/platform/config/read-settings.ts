import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { examineSettings, type ExaminedSettings } from './examine-settings.js';
import { parseConfig } from './parse-config.js';
import type { Settings } from './settings.js';

/** What docker-compose.yml takes from the same file, for services of its own. */
const othersNames = new Set(['POSTGRES_PASSWORD', 'GRAFANA_PASSWORD']);

/**
 * The settings of this process: its environment over the `.env` file of the folder it was started in.
 * @throws SettingsError
 */
export function readSettings(): Settings {
  const file = readEnvFile();
  return parseConfig({ ...file, ...process.env }, ownNamesOf(file));
}

/** The same, for whoever is to tell what is wrong with them, and all else besides. */
export function examineOwnSettings(): ExaminedSettings {
  const file = readEnvFile();
  return examineSettings({ ...file, ...process.env }, ownNamesOf(file));
}

function readEnvFile(): NodeJS.Dict<string> {
  return existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
}

const ownNamesOf = (file: NodeJS.Dict<string>): string[] =>
  Object.keys(file).filter((name) => !othersNames.has(name));
