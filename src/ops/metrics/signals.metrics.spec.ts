import { Gauge, Registry, type Counter } from 'prom-client';
import type { SignalNamespaces } from '../../features/signals/index.js';
import type { SignalStats } from '../../features/signals/operating/index.js';
import type { EventBus } from '../../platform/observability/index.js';
import { SignalsMetrics } from './signals.metrics.js';

describe('the metrics of signals (SI-10)', () => {
  it('tell nothing of a disk that is away, and nothing of none', async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: 'disk_used_ratio', help: 'a share', registers: [registry] });
    const namespaces: { disk: object | null; all: () => [] } = { disk: null, all: () => [] };
    const counter = { reset: () => undefined } as unknown as Counter;
    const metrics = new SignalsMetrics(
      namespaces as unknown as SignalNamespaces,
      {} as SignalStats,
      { subscribe: () => undefined } as unknown as EventBus,
      counter,
      counter,
      counter,
      counter,
      counter,
      gauge,
      counter,
      gauge,
    );
    const told = async (disk: object | null) => {
      namespaces.disk = disk;
      metrics.collect();
      return /^disk_used_ratio (.*)$/m.exec(await registry.metrics())?.[1] ?? null;
    };
    expect(await told(null)).toBeNull();
    expect(await told({ usedBytes: 5, maxBytes: 10 })).toBe('0.5');
    expect(await told({ usedBytes: null, maxBytes: 10 })).toBeNull();
    expect(await told({ usedBytes: 0, maxBytes: 10 })).toBe('0');
  });
});
