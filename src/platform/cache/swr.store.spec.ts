import { Keyv } from 'keyv';
import { StaleWhileRevalidateCache } from '../../core/index.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { freePolicy, SwrStore } from './swr.store.js';

describe('SwrStore under the Keyv instances of its users (CA-13)', () => {
  const clock = new VirtualClock();
  let store: SwrStore;
  beforeEach(() => {
    const cache = new StaleWhileRevalidateCache<unknown>({ clock, policy: freePolicy });
    store = new SwrStore({ clock, cache, registry: { find: () => undefined }, shared: null });
  });

  async function listed(namespace?: string): Promise<unknown[]> {
    const keys: unknown[] = [];
    for await (const [key] of store.iterator(namespace)) keys.push(key);
    return keys;
  }

  it('a namespace lists and clears its own keys, no namespace all of them', async () => {
    for (const key of ['a:1', 'a:2', 'ab:1', 'a', 'b:a:1']) await store.set(key, 0);
    expect(await listed('a')).toEqual(['a:1', 'a:2']);
    await new Keyv({ store, namespace: 'a' }).clear();
    expect(await listed()).toEqual(['ab:1', 'a', 'b:a:1']);
    const unnamed = new Keyv({ store });
    unnamed.namespace = '';
    await unnamed.clear();
    expect(await listed()).toEqual([]);
  });

  it('a ttl ends at its millisecond, for every way to ask; without one, or with 0, nothing ends', async () => {
    for (const key of ['get', 'has', 'delete', 'list']) await store.set(key, 0, 1_000);
    await store.set('zero', 0, 0);
    await store.set('none', 0);
    await clock.advance(999);
    expect(await listed()).toHaveLength(6);
    await clock.advance(1);
    const asked = [await store.get('get'), await store.has('has'), await store.delete('delete')];
    expect(asked).toEqual([undefined, false, false]);
    expect(await listed()).toEqual(['zero', 'none']);
    await clock.advance(1e12);
    expect(await listed()).toEqual(['zero', 'none']);
  });
});
