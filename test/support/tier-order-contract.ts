import type { SetOptions, StoredEntry, Tier } from '../../src/core/index.js';
import { storedEntry } from './tier-fixtures.js';

const kept: SetOptions = { ttlMs: 600_000, maxBytes: null, pinned: false };

const at = (version: number, confirmedAt: number, facts: Partial<StoredEntry> = {}): StoredEntry =>
  storedEntry({ asOf: { epoch: 'e', version, changeId: `c${version}` }, confirmedAt, ...facts });
const absence = (version: number, confirmedAt: number): StoredEntry =>
  at(version, confirmedAt, { value: null, absent: true, message: 'gone' });

export interface OrderRig {
  readonly tier: Tier;
  close(): Promise<void>;
}

/** What every tier keeps to where values age from their observation. */
export function describeTierOrder(name: string, make: () => Promise<OrderRig>): void {
  describe(`${name} by observation`, () => {
    let rig: OrderRig;
    let tier: Tier;
    beforeAll(async () => ({ tier } = rig = await make()));
    afterAll(() => rig.close());
    let namespace: string;
    let made = 0;
    beforeEach(() => (namespace = `order-${++made}`));

    const set = (key: string, entry: StoredEntry, currentFrom: number | null) =>
      tier.set(namespace, key, entry, { ...kept, currentFrom });

    it('keeps the one that was confirmed later, whatever the versions (SI-6)', async () => {
      expect(await set('key', at(7, 5_000), 0)).toBe('stored');
      expect(await set('key', at(8, 4_999), 0)).toBe('older');
      expect(await set('key', at(6, 5_001), 0)).toBe('stored');
      expect(await tier.get(namespace, 'key')).toEqual(at(6, 5_001));
    });

    it('keeps a value that was stored since there was none, however long ago it was observed (SI-9)', async () => {
      const value = at(7, 1_000, { storedAt: 5_000 });
      expect(await set('key', value, 0)).toBe('stored');
      expect(await set('key', absence(9, 4_999), 0)).toBe('older');
      expect(await set('key', absence(1, 5_001), 0)).toBe('stored');
      expect(await tier.get(namespace, 'key')).toEqual(absence(1, 5_001));
      expect(await set('key', value, 0)).toBe('older');
      expect(await set('key', at(7, 1_000, { storedAt: 5_001 }), 0)).toBe('stored');
    });

    it('keeps it also where the word that there is none comes at the same time (SI-9)', async () => {
      const value = at(7, 1_000, { storedAt: 5_000 });
      for (const [first, last] of [
        [absence(9, 4_999), value],
        [value, absence(9, 4_999)],
      ] as const) {
        await Promise.all([set('key', first, 0), set('key', last, 0)]);
        expect(await tier.get(namespace, 'key')).toEqual(value);
      }
    });

    it('gives up what was marked stale, and never takes it back (SI-6)', async () => {
      expect(await set('key', at(5, 9_000), 6)).toBe('stored');
      expect(await set('key', at(6, 4_000), 6)).toBe('stored');
      expect(await set('key', at(5, 9_999), 6)).toBe('older');
      expect(await set('key', at(6, 4_001), 7)).toBe('stored');
      expect(await tier.get(namespace, 'key')).toEqual(at(6, 4_001));
    });

    it('goes by the version where nobody asks for more (CO-11)', async () => {
      expect(await set('key', at(7, 5_000), null)).toBe('stored');
      expect(await set('key', at(6, 9_000), null)).toBe('older');
      expect(await set('key', at(8, 1), null)).toBe('stored');
    });

    it('leaves the latest of writes that come at once, in any order (SI-6)', async () => {
      const moments = [4, 1, 9, 2, 8, 9, 3];
      await Promise.all(moments.map((moment, index) => set('key', at(9 - index, moment), 0)));
      expect(await tier.get(namespace, 'key')).toMatchObject({ confirmedAt: 9 });
    });

    it('leaves what is current of writes that come at once, however late the others were observed (SI-6)', async () => {
      const moments = [4, 9, 2, 8] as const;
      await Promise.all(moments.map((moment, index) => set('key', at(index, moment), 2)));
      expect(await tier.get(namespace, 'key')).toMatchObject({ asOf: { version: 3 }, confirmedAt: 8 });
    });

    it('tells what is left of an entry’s time where that is asked, if it counts it down by itself (SI-3)', async () => {
      const held = [
        ['value', at(5, 5_000)],
        ['absence', absence(5, 5_000)],
      ] as const;
      for (const [key, entry] of held) {
        await set(key, entry, 0);
        const { leftMs, ...found } = (await tier.get(namespace, key, { countdown: true }))!;
        expect(found).toEqual(entry);
        if (tier.name === 'redis') expect([leftMs! > 0, leftMs! <= 600_000]).toEqual([true, true]);
        else expect(leftMs).toBeUndefined();
        expect(await tier.get(namespace, key)).toEqual(entry);
      }
      await tier.set(namespace, 'ever', at(5, 5_000), { ...kept, ttlMs: null });
      expect(await tier.get(namespace, 'ever', { countdown: true })).toEqual(at(5, 5_000));
      expect(await tier.get(namespace, 'none', { countdown: true })).toBeNull();
    });
  });
}
