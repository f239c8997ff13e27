import { register, type Registry } from 'prom-client';
import { metricDefinitions } from './metric-definitions.js';

const units: readonly [RegExp, string][] = [
  [/_seconds(_sum)?$/, 'seconds'],
  [/_bytes$/, 'bytes'],
  [/_usd_total$/, 'US dollars'],
  [/_(ratio|rate)$/, '0..1'],
  [/_version$/, 'version'],
  [/_kappa$/, '-1..1'],
  [/^degraded$|_(state|ready|active|broken)$/, '0 or 1'],
];

type Definitions = readonly { useFactory: () => unknown }[];

/** Pure but for the registry, where the metrics are made unless they are there: the tables of `docs/metrics.md`. */
export async function renderMetrics(registry: Registry = register): Promise<string> {
  const sections: string[] = [];
  for (const [title, definitions] of Object.entries(metricDefinitions)) {
    const names = (definitions as unknown as Definitions).map(({ useFactory }) => nameOf(useFactory()));
    const rows = await Promise.all(names.map((name) => rowOf(registry, name)));
    sections.push(
      [
        `## ${title}`,
        '',
        '| metric | type | labels | unit | meaning |',
        '| --- | --- | --- | --- | --- |',
        ...rows,
      ].join('\n'),
    );
  }
  return `${sections.join('\n\n')}\n`;
}

async function rowOf(registry: Registry, name: string): Promise<string> {
  const metric = registry.getSingleMetric(name)!;
  const { type, help } = await metric.get();
  const labels = (Reflect.get(metric, 'labelNames') as readonly string[]).map((label) => `\`${label}\``);
  const unit = units.find(([form]) => form.test(name))?.[1] ?? 'count';
  return `| \`${name}\` | ${String(type)} | ${labels.join(', ') || '–'} | ${unit} | ${help} |`;
}

const nameOf = (metric: unknown): string => Reflect.get(metric as object, 'name') as string;
