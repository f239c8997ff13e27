import { Counter, Registry } from 'prom-client';
import { CatalogCounters } from '../../features/catalog/index.js';
import { CatalogMetrics } from './catalog.metrics.js';

describe('the metrics of the catalogue (CT-4, CT-7)', () => {
  it('tell every result from the start, and each count once however often they are read', async () => {
    const registry = new Registry();
    const make = (name: string) =>
      new Counter({ name, help: 'a count', labelNames: ['result'], registers: [registry] });
    const counters = new CatalogCounters();
    const metrics = new CatalogMetrics(counters, make('requests'), make('webhooks'));
    const told = async () => {
      metrics.collect();
      const text = await registry.metrics();
      return Object.fromEntries(
        [...text.matchAll(/^(\w+)\{result="([^"]+)"\} (\d+)$/gm)].map(([, name, result, count]) => [
          `${name} ${result}`,
          Number(count),
        ]),
      );
    };
    const before = await told();
    expect(Object.keys(before)).toHaveLength(15);
    expect(Object.values(before).every((count) => count === 0)).toBe(true);
    counters.upstream['not-tried'] += 2;
    counters.webhooks['wrong-signature']++;
    await told();
    expect(await told()).toEqual({ ...before, 'requests not-tried': 2, 'webhooks wrong-signature': 1 });
  });
});
