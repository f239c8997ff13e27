import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parseConfig } from './parse-config.js';
import type { Settings } from './settings.js';

/**
 * The settings of this process: its environment over the `.env` file of the folder it was started in.
 * @throws SettingsError
 */
export function readSettings(): Settings {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return parseConfig({ ...file, ...process.env }, Object.keys(file));
}
