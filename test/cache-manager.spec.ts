import { CACHE_MANAGER, type Cache } from '@nestjs/cache-manager';
import { EventBus } from '../src/platform/observability/index.js';
import { ModelConfigService } from '../src/features/model-config/index.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const pinned = 'model-config:snapshot';
const read = '/api/v1/config/phases/stage_4';

describe('CACHE_MANAGER', () => {
  let lastgood: TestApp;
  let cache: Cache;
  let loads: number;

  beforeAll(async () => {
    lastgood = await TestApp.start();
    cache = lastgood.app.get<Cache>(CACHE_MANAGER);
    loads = 0;
    lastgood.app.get(EventBus).subscribe(({ type }) => (loads += type === 'load-succeeded' ? 1 : 0));
  });

  afterAll(() => lastgood.dispose());

  const served = async () => (await lastgood.app.get(ModelConfigService).list()).data;

  describe('as a cache of its own (CA-5)', () => {
    beforeEach(() => cache.clear());

    it('holds what was set until it is deleted, and has no copy of it', async () => {
      const value = { a: [1] };
      expect(await cache.set('k', value)).toBe(value);
      expect(await cache.get('k')).toBe(value);
      await cache.del('k');
      expect(await cache.get('k')).toBeUndefined();
    });

    it('what it holds can no longer be changed by accident', async () => {
      await cache.set('k', { a: { b: 1 } });
      const held = (await cache.get<{ a: { b: number } }>('k'))!;
      expect(() => (held.a.b = 2)).toThrow(TypeError);
    });

    it.each([0, '', false, null, Number.NaN])(
      '%j is a value, not a miss: wrap does not load again',
      async (value) => {
        await cache.set('falsy', value);
        expect(await cache.get('falsy')).toBe(value);
        expect(await cache.wrap('falsy', () => Promise.reject(new Error('asked')))).toBe(value);
      },
    );

    it('wrap loads once for many callers, and again when it failed', async () => {
      let calls = 0;
      const load = async () => {
        calls += 1;
        if (calls === 1) throw new Error('not yet');
        return 'loaded';
      };
      await expect(cache.wrap('w', load)).rejects.toThrow('not yet');
      expect(await Promise.all(Array.from({ length: 20 }, () => cache.wrap('w', load)))).toEqual(
        Array.from({ length: 20 }, () => 'loaded'),
      );
      expect(await cache.wrap('w', load)).toBe('loaded');
      expect(calls).toBe(2);
    });

    it('a value past its ttl is gone: there is no stale window', async () => {
      await cache.set('short', 1, 40);
      const expires = (await cache.ttl('short'))!;
      expect(expires - Date.now()).toBeGreaterThan(0);
      expect(expires - Date.now()).toBeLessThanOrEqual(40);
      expect(await cache.get('short')).toBe(1);
      await pollUntil(() => Date.now() > expires, 'the ttl is over');
      expect(await cache.get('short')).toBeUndefined();
      expect(await cache.ttl('short')).toBeUndefined();
    });

    it('mset, mget and mdel keep keys apart, also those that look like namespaces', async () => {
      await cache.mset([
        { key: 'a', value: 1 },
        { key: 'a:b', value: 2 },
        { key: 'model-config', value: 3 },
        { key: '__proto__', value: 4 },
        { key: 'model-config2:snapshot', value: 5 },
      ]);
      const keys = ['a', 'a:b', 'model-config', '__proto__', 'model-config2:snapshot', 'none'];
      expect(await cache.mget(keys)).toEqual([1, 2, 3, 4, 5, undefined]);
      await cache.mdel(['a', '__proto__']);
      expect(await cache.mget(keys)).toEqual([undefined, 2, 3, undefined, 5, undefined]);
    });

    it('clear removes everything that was set, and nothing of the configuration', async () => {
      const before = await served();
      await cache.mset([
        { key: 'a', value: 1 },
        { key: 'keyv:b', value: 2 },
      ]);
      await cache.clear();
      expect(await cache.mget(['a', 'keyv:b'])).toEqual([undefined, undefined]);
      expect(await served()).toBe(before);
      expect(await cache.get(pinned)).toBe(before);
    });

    it('lists what was set, though it changes meanwhile, and nothing of the configuration', async () => {
      await cache.mset([
        { key: 'a', value: 1 },
        { key: 'b', value: 2 },
      ]);
      const listed: unknown[] = [];
      for await (const entry of cache.stores[0]!.iterator!(undefined)) {
        await cache.set(`seen:${listed.push(entry)}`, entry);
      }
      expect(listed).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
    });
  });

  describe('over the configuration (MC-6)', () => {
    it('gives the very object that the service serves, through every edit', async () => {
      expect(await cache.get(pinned)).toBe(await served());
      await lastgood.edit('/admin/phases/stage_4', { maxTokens: 4_001 });
      expect(await cache.get(pinned)).toBe(await served());
      expect(await cache.wrap(pinned, () => Promise.reject(new Error('asked')))).toBe(await served());
    });

    it('has it loaded anew by del, which service and routes see, labelled by nothing but its age', async () => {
      const before = await served();
      const count = loads;
      await cache.del(pinned);
      expect(loads).toBe(count + 1);
      const after = await served();
      expect(after).not.toBe(before);
      expect(await cache.get(pinned)).toBe(after);
      const { body, headers } = await lastgood.ask(read);
      expect(body).toMatchObject({ meta: { isStale: false, reason: 'fresh', snapshotId: before.id } });
      expect(headers.has('degraded')).toBe(false);
    });

    it.each([
      ['set', () => cache.set(pinned, { any: 'thing' })],
      ['set', () => cache.set('access:keys', new Map())],
      ['mset', () => cache.mset([{ key: pinned, value: 1 }])],
      ['wrap', () => cache.wrap('model-config:other', async () => 1)],
    ])('refuses %s: what has an origin is changed there', async (_, change) => {
      const before = await served();
      await expect(change()).rejects.toMatchObject({
        code: 'read-only-namespace',
        message: expect.stringContaining('change it there, or delete it here to have it loaded anew'),
      });
      expect(await served()).toBe(before);
    });

    it('knows no other key of it: neither get nor del loads anything', async () => {
      const count = loads;
      for (const key of ['model-config:other', 'model-config:', 'access:nobody']) {
        expect(await cache.get(key)).toBeUndefined();
        await cache.del(key);
      }
      expect(loads).toBe(count);
    });

    it('del while the database is away keeps the last good value, labelled, and loads it when that is back', async () => {
      const before = await served();
      await lastgood.proxy.mode('refuse');
      await cache.del(pinned);
      expect(await cache.get(pinned)).toBe(before);
      expect(await served()).toBe(before);
      expect(await lastgood.ask(read)).toMatchObject({ status: 200, body: { meta: { isStale: true } } });
      await lastgood.proxy.mode('pass');
      const isFresh = async () =>
        (await lastgood.ask<{ meta: { isStale: boolean } }>(read)).body.meta.isStale;
      await pollUntil(async () => !(await isFresh()), 'it is fresh again', undefined, 5_000);
      expect(await cache.get(pinned)).toBe(await served());
    });
  });
});
