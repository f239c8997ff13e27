export type { ExaminedSettings } from './examine-settings.js';
export { isStartedByNpm } from './is-started-by-npm.js';
export { packageRoot } from './package-root.js';
export { parseConfig } from './parse-config.js';
export { readSettings } from './read-settings.js';
export { SettingsError } from './settings.error.js';
export { SETTINGS, SettingsModule, type SettingsFactory } from './settings.module.js';
export type { CatalogSettings, JwtSettings, LogLevel, Settings } from './settings.js';
