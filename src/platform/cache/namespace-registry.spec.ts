import { join } from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { observedPolicy } from '../../../test/support/observing-process.js';
import { SystemClock } from '../../adapters/system/system-clock.js';
import { adoptHistory, confirm } from '../../core/coherence/apply-reply.js';
import type { LastgoodEvent } from '../../core/index.js';
import { FakeChangeFeed } from '../../testing/fake-change-feed.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { parseConfig } from '../config/index.js';
import { DegradedState } from '../observability/index.js';
import { CoherenceService } from './coherence.service.js';
import type { KeyedNamespace } from './namespace-options.js';
import { NamespaceRegistry } from './namespace-registry.js';
import { TiersService } from './tiers.service.js';

describe('what a namespace may ask for (SI-6)', () => {
  const clock = new SystemClock();
  const events: LastgoodEvent[] = [];
  const report = (event: LastgoodEvent) => void events.push(event);
  let folder: string;
  let tiers: TiersService;
  let registry: NamespaceRegistry;
  const origin = new FakeOrigin<string>('loaded');
  const options: KeyedNamespace<string> = {
    namespace: 'n',
    stream: 'cache',
    confirmedBy: 'load',
    newestBy: 'observation',
    policy: { ...observedPolicy, hardTimeoutMs: 2_000, jitter: 0 },
    origin,
  };

  beforeEach(async () => {
    folder = tempFolder('registry');
    const settings = parseConfig({ DATA_DIR: join(folder, 'data') });
    tiers = new TiersService(settings, clock, report);
    // Nothing here polls: the stream is put forward by hand.
    const coherence = new CoherenceService(null as never, null as never, settings, clock, report);
    const { state } = coherence.stream('cache');
    const reply = await new FakeChangeFeed().poll(null);
    coherence.stream('cache').commit(confirm(adoptHistory(state, reply, clock.now()), clock.now()));
    registry = new NamespaceRegistry(clock, report, settings, coherence, tiers, new DegradedState(clock));
  });
  afterEach(() => tiers.onApplicationShutdown());

  it('a disk of its own takes the place of the one of the process', async () => {
    const disk = tiers.ownDisk(join(folder, 'signals'), 10_000_000)!;
    const reader = registry.register({ ...options, disk });
    await tiers.start();
    const { tiers: outcomes } = await reader.put('key', 'pushed');
    expect(Object.fromEntries(outcomes)).toEqual({ disk: 'stored' });
    expect(await disk.tier.get('n', 'key')).toMatchObject({ value: 'pushed' });
    expect(await tiers.disk!.get('n', 'key')).toBeNull();
  });

  it('the later observation stands, in memory and on disk', async () => {
    const reader = registry.register(options);
    await tiers.start();
    await reader.put('key', 'newer', { confirmedAt: clock.now() - 1_000 });
    await reader.put('key', 'older', { confirmedAt: clock.now() - 2_000 });
    expect(reader.peek('key')).toMatchObject({ data: 'newer' });
    expect(await tiers.disk!.get('n', 'key')).toMatchObject({ value: 'newer' });
  });

  it('no tier at all', async () => {
    const reader = registry.register({ ...options, onDisk: false, inRedis: false });
    expect((await reader.put('key', 'pushed')).tiers.size).toBe(0);
    expect(await reader.get('key')).toMatchObject({ data: 'pushed', source: 'memory' });
  });

  it('a bound of its own on memory', () => {
    const reader = registry.register({ ...options, onDisk: false, memoryMaxBytes: 20_000 });
    for (let at = 0; at < 100; at++) reader.set(`key:${at}`, 'x'.repeat(1_000));
    expect(reader.cache.size).toBeLessThan(20);
    expect(registry.get('n').memoryBytes()).toBeLessThanOrEqual(20_000);
  });

  it('no disk for personal data', () => {
    const disk = tiers.ownDisk(join(folder, 'signals'), 10_000_000)!;
    expect(() => registry.register({ ...options, personal: true, disk })).toThrow(
      'personal data is never on disk',
    );
    expect(registry.find('n')).toBeUndefined();
  });
});
