import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './temp-folder.js';

/** The environment of a server whose `runtime.yml` has these types, as YAML or JSON. */
export function runtimeOf(types: object, signals: object = {}): { readonly RUNTIME_CONFIG: string } {
  const file = join(tempFolder('runtime'), 'runtime.yml');
  writeFileSync(file, JSON.stringify({ signals: { ...signals, types } }));
  return { RUNTIME_CONFIG: file };
}

/** As in the file of the package, without its schema. */
export const oddsType = (ttl = '60s') => ({
  ttl,
  key: 'odds:{game_id}:{book}:{market}',
  source: 'push',
  observed_at: '/timestamp',
});
