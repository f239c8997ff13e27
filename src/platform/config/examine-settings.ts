import { environment } from './environment.js';
import { parseConfig, type Environment } from './parse-config.js';
import { SettingsError } from './settings.error.js';
import type { Settings } from './settings.js';
import { similarName } from './similar-name.js';

export interface ExaminedSettings {
  /** Without what is wrong. */
  readonly settings: Settings;
  readonly faults: readonly string[];
  /** Names that `settings` went without. */
  readonly wrong: ReadonlySet<string>;
  /** Of names that nobody knows, and that look like one of ours. */
  readonly hints: readonly string[];
}

/** Pure: as `parseConfig`, for whoever goes on with what can be read. */
export function examineSettings(env: Environment, ownNames: readonly string[] = []): ExaminedSettings {
  const wrong = new Set<string>();
  const faults: string[] = [];
  const known = Object.keys(environment);
  const hints = Object.keys(env)
    .filter((name) => !Object.hasOwn(environment, name) && env[name] !== '')
    .map((name) => ({ name, meant: similarName(name, known, false) }))
    .filter(({ meant }) => meant !== null && (env[meant] ?? '') === '')
    .map(({ name, meant }) => `${name} is nothing that we read: ${meant}?`);
  for (;;) {
    const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.has(name)));
    try {
      return { settings: parseConfig(rest, ownNames), faults, wrong, hints };
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      const before = wrong.size;
      for (const fault of error.faults) wrong.add(fault.slice(0, fault.indexOf(':')));
      faults.push(...error.faults);
      // A fault of what is not set at all, as of a half of a pair: then nothing of the environment is kept.
      if (wrong.size === before) for (const name of Object.keys(env)) wrong.add(name);
    }
  }
}
