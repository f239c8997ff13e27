// Writes deploy/grafana/dashboards from scripts/dashboards: one panel there is a line or a few, here it is forty.
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import cache from './dashboards/cache.mjs';
import coherence from './dashboards/coherence.mjs';
import cost from './dashboards/cost.mjs';
import dependencies from './dashboards/dependencies.mjs';
import slo from './dashboards/slo.mjs';

for (const dashboard of [slo, cache, dependencies, coherence, cost]) {
  const name = dashboard.uid.replace('lastgood-', '');
  const file = new URL(`../deploy/grafana/dashboards/${name}.json`, import.meta.url);
  const options = { ...(await resolveConfig(file)), parser: 'json' };
  writeFileSync(file, await format(JSON.stringify(dashboard), options));
}
