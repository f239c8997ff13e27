import { Counter, Gauge, Registry } from 'prom-client';
import { ModelConfigMetrics } from './model-config.metrics.js';

describe('the metrics of the model configuration (MC-19)', () => {
  it('tell neither a version nor an age while nothing is held, and never an older one', async () => {
    const registry = new Registry();
    const gauge = (name: string) => new Gauge({ name, help: 'a figure', registers: [registry] });
    const counter = (name: string, labelNames: string[] = []) =>
      new Counter({ name, help: 'a count', labelNames, registers: [registry] });
    let held: object | null = null;
    const metrics = new ModelConfigMetrics(
      { cache: { freshHits: 0, staleHits: 0 }, describe: () => held } as never,
      { stream: () => ({ state: { applied: { version: 9 } } }) } as never,
      { subscribe: () => undefined } as never,
      counter('hits', ['status']),
      counter('failures'),
      counter('fallbacks'),
      gauge('age'),
      gauge('version'),
      gauge('skew'),
    );
    const told = async () => {
      metrics.collect();
      const text = await registry.metrics();
      return [...text.matchAll(/^(?:age|version|skew) \d+$/gm)].map(([line]) => line);
    };
    expect(await told()).toEqual([]);
    held = { age: 3_000, asOf: { epoch: 'e', version: 7 } };
    expect(await told()).toEqual(['age 3', 'version 7', 'skew 2']);
    held = null;
    expect(await told()).toEqual([]);
  });
});
