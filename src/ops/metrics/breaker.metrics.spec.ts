import { Gauge, Registry } from 'prom-client';
import { LlmRig } from '../../../test/support/llm-rig.js';
import { BreakerMetrics } from './breaker.metrics.js';

describe('the metrics of breakers (OP-5)', () => {
  let rig: LlmRig;
  beforeEach(async () => {
    rig = await LlmRig.start();
  });
  afterEach(() => rig.close());

  function metricsOf(upstream: { isLeftAlone: boolean } | null) {
    const registry = new Registry();
    const make = (name: string, label: string) =>
      new Gauge({ name, help: 'a state', labelNames: [label], registers: [registry] });
    const metrics = new BreakerMetrics(
      rig.client,
      upstream as never,
      make('upstreams', 'upstream'),
      make('models', 'model'),
    );
    return async () => {
      metrics.collect();
      const lines = (await registry.metrics()).split('\n');
      return lines.filter((line) => line !== '' && !line.startsWith('#')).toSorted();
    };
  }

  it('tell of each model that was asked whether it would be now, and of none that was not', async () => {
    const told = metricsOf(null);
    expect(await told()).toEqual([]);
    await rig.ask({ modelId: 'another/model' });
    rig.upstream.behave('fail', { times: 5, model: 'some/model' });
    for (let time = 0; time < 5; time++) await rig.failure();
    expect(await told()).toEqual(['models{model="another/model"} 0', 'models{model="some/model"} 1']);
    rig.skip(31_000);
    expect(await told()).toEqual(['models{model="another/model"} 0', 'models{model="some/model"} 0']);
  });

  it('have no more series than 201, however many models are asked: of the others, how many are not', async () => {
    const told = metricsOf(null);
    const ask = (at: number) => rig.ask({ modelId: `a/model-${at}` });
    for (let at = 0; at < 200; at++) await ask(at);
    await told();
    rig.upstream.behave('fail');
    for (const modelId of ['b/one', 'b/two'])
      for (let time = 0; time < 5; time++) await rig.failure({ modelId });
    const series = await told();
    expect(series).toHaveLength(201);
    expect(series).toContain('models{model="other"} 2');
  });

  it('tell whether the content service is left alone, where there is one', async () => {
    const content = { isLeftAlone: false };
    const told = metricsOf(content);
    expect(await told()).toEqual(['upstreams{upstream="content"} 0']);
    content.isLeftAlone = true;
    expect(await told()).toEqual(['upstreams{upstream="content"} 1']);
  });
});
