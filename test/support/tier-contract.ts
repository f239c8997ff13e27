import {
  encodeEnvelope,
  type LastgoodEvent,
  type SetOptions,
  type StoredEntry,
  type Tier,
} from '../../src/core/index.js';
import { pollUntil } from './poll-until.js';
import { hostileKeys, storedEntry } from './tier-fixtures.js';

/** A tier as its contract needs it: values of 100,000 bytes at most are read, from 1,000 on they are compressed. */
export interface TierRig {
  readonly tier: Tier;
  readonly events: readonly LastgoodEvent[];
  /** Puts any bytes where the tier looks for this value. */
  plant(namespace: string, key: string, bytes: Buffer): Promise<void>;
  /** Whether the tier keeps anything under this key, however it is read. */
  holds(namespace: string, key: string): Promise<boolean>;
  close(): Promise<void>;
}

const kept: SetOptions = { ttlMs: 600_000, maxBytes: null, pinned: false };

const at = (version: number, facts: Partial<StoredEntry> = {}): StoredEntry =>
  storedEntry({ asOf: { epoch: 'e', version, changeId: `c${version}` }, ...facts });
const absence = (version: number): StoredEntry => at(version, { value: null, absent: true, message: 'gone' });

/** What every adapter of `Tier` keeps to; `make` gives an empty tier. */
export function describeTier(name: string, make: () => Promise<TierRig>): void {
  describe(`${name} as a tier`, () => {
    let rig: TierRig;
    let tier: Tier;
    beforeAll(async () => ({ tier } = rig = await make()));
    afterAll(() => rig.close());
    let namespace: string;
    let made = 0;
    beforeEach(() => (namespace = `n${++made}`));

    const set = (key: string, entry: StoredEntry, options: Partial<SetOptions> = {}) =>
      tier.set(namespace, key, entry, { ...kept, ...options });

    it('gives back what was set, whole, compressed or not, and null for what was not (CA-1)', async () => {
      expect(await tier.get(namespace, 'none')).toBeNull();
      for (const value of [0, false, null, '', [], {}, { a: { b: ['ß', 1e21] } }, 'x'.repeat(5_000)]) {
        const entry = at(5, { value });
        expect(await set('key', entry)).toBe('stored');
        expect(await tier.get(namespace, 'key')).toEqual(entry);
      }
      expect(rig.events).toContainEqual({
        type: 'entry-stored',
        tier: tier.name,
        namespace,
        bytes: expect.any(Number),
      });
    });

    it('never replaces the newer by the older, whichever comes late (CO-11)', async () => {
      expect(await set('key', at(7))).toBe('stored');
      expect(await set('key', at(6, { confirmedAt: 9_000 }))).toBe('older');
      expect(await set('key', at(7, { confirmedAt: 4_999 }))).toBe('older');
      expect(await tier.get(namespace, 'key')).toEqual(at(7));
      expect(await set('key', at(7, { confirmedAt: 5_001 }))).toBe('stored');
      expect(await set('key', at(8, { confirmedAt: 1 }))).toBe('stored');
      expect(await tier.get(namespace, 'key')).toEqual(at(8, { confirmedAt: 1 }));
    });

    it('takes a writer’s epoch for the current one, but for those that were left already (CO-11)', async () => {
      const after = at(1, { asOf: { epoch: 'after', version: 1, changeId: 'c' }, left: ['e'] });
      expect(await set('key', at(7))).toBe('stored');
      expect(await set('key', after)).toBe('stored');
      expect(await set('key', at(9))).toBe('older');
      expect(await tier.get(namespace, 'key')).toEqual(after);
    });

    it('an absence and a value replace each other by the same rule, and one is left (CA-8)', async () => {
      expect(await set('key', at(5))).toBe('stored');
      expect(await set('key', absence(6))).toBe('stored');
      expect(await tier.get(namespace, 'key')).toEqual(absence(6));
      expect(await set('key', at(5))).toBe('older');
      expect(await set('key', at(7))).toBe('stored');
      expect(await set('key', absence(6))).toBe('older');
      expect(await tier.get(namespace, 'key')).toEqual(at(7));
      expect(await tier.usage(namespace)).toMatchObject({ entries: 1 });
      expect(await tier.delete(namespace, 'key')).toBe(true);
      expect(await tier.get(namespace, 'key')).toBeNull();
    });

    it('refuses what is larger than allowed, on the stored bytes, and keeps what it holds (CA-3)', async () => {
      const large = at(6, { value: Array.from({ length: 500 }, () => Math.random()) });
      const bytes = (await encodeEnvelope(large, 1_000)).length;
      await set('key', at(5));
      expect(await set('key', large, { maxBytes: bytes - 1 })).toBe('too-large');
      expect(await tier.get(namespace, 'key')).toEqual(at(5));
      expect(await set('key', large, { maxBytes: bytes })).toBe('stored');
    });

    it('forgets an entry when its time in the tier is over, and not before (CA-1)', async () => {
      await set('long', at(5));
      await set('ever', at(5), { ttlMs: null });
      await set('short', at(5), { ttlMs: 0.5 });
      await pollUntil(async () => (await tier.get(namespace, 'short')) === null, 'the entry is gone');
      expect(await tier.get(namespace, 'long')).toEqual(at(5));
      expect(await tier.get(namespace, 'ever')).toEqual(at(5));
    });

    it('deletes one key and no other, and tells whether it was there (CA-5)', async () => {
      for (const key of ['a', 'b']) await set(key, at(5));
      expect(await tier.delete(namespace, 'a')).toBe(true);
      expect(await tier.delete(namespace, 'a')).toBe(false);
      expect(await tier.get(namespace, 'b')).toEqual(at(5));
    });

    it('keeps hostile keys apart, in names, in prefixes and between namespaces (CA-1)', async () => {
      for (const key of hostileKeys) expect(await set(key, at(5, { value: key }))).toBe('stored');
      for (const key of hostileKeys) expect(await tier.get(namespace, key)).toEqual(at(5, { value: key }));
      expect(await tier.usage(namespace)).toMatchObject({ entries: hostileKeys.length });
      for (const sibling of [`${namespace}:a`, `${namespace}*`, '', '*']) {
        await tier.set(sibling, 'b', at(5), kept);
        expect(await tier.deletePrefix(sibling, '')).toBe(1);
      }
      const left = new Set(hostileKeys);
      for (const prefix of ['*', '?', '[', '\\', '_', '%', 'tenant-1', 'a:', '\ud83d', '{', 'nul\0', '']) {
        const gone = [...left].filter((key) => key.startsWith(prefix));
        expect(await tier.deletePrefix(namespace, prefix)).toBe(gone.length);
        for (const key of gone) left.delete(key);
        for (const key of left) expect(await tier.get(namespace, key)).not.toBeNull();
      }
    });

    it('deletes and counts thousands, and leaves what another namespace holds (CA-5)', async () => {
      const keys = Array.from({ length: 2_500 }, (_, index) => `many:${index}`);
      for (let from = 0; from < keys.length; from += 50) {
        await Promise.all(keys.slice(from, from + 50).map((key) => set(key, at(5))));
      }
      await tier.set(`${namespace}-other`, 'many:1', at(5), kept);
      const { bytes } = await tier.usage(namespace);
      const one = (await encodeEnvelope(at(5), 1_000)).length;
      expect(bytes / (keys.length * one)).toBeCloseTo(1, 0);
      expect(await tier.deletePrefix(namespace, 'many:')).toBe(keys.length);
      expect(await tier.usage(namespace)).toEqual({ entries: 0, bytes: 0 });
      expect(await tier.get(`${namespace}-other`, 'many:1')).toEqual(at(5));
    });

    describe('with something else where an entry should be (CA-11)', () => {
      const corrupt = async (): Promise<[string, Buffer][]> => {
        const whole = await encodeEnvelope(at(9, { value: 'x'.repeat(5_000) }), 1_000);
        const flipped = Buffer.from(whole);
        flipped[flipped.length - 10]! ^= 1;
        const bomb = await encodeEnvelope(at(9, { value: 'x'.repeat(20_000_000) }), 1_000);
        return [
          ['garbage', Buffer.from([0, 255, 10, 13, 0])],
          ['truncated', whole.subarray(0, -1)],
          ['one bit flipped', flipped],
          ['foreign JSON', Buffer.from('{"value":{"isAdmin":true}}')],
          ['a gzip bomb', bomb],
          ['a prototype', await encodeEnvelope(at(9, { value: JSON.parse('{"__proto__":{"a":1}}') }), 1_000)],
          [
            'a form of tomorrow',
            Buffer.from(whole.toString('latin1').replace(/^lastgood:1/, 'lastgood:9'), 'latin1'),
          ],
          ['a megabyte of anything', Buffer.alloc(1_000_000, 'x')],
        ];
      };

      it('it is a miss, is deleted and is told', async () => {
        for (const [what, bytes] of await corrupt()) {
          const before = rig.events.length;
          await rig.plant(namespace, what, bytes);
          expect([what, await tier.get(namespace, what)]).toEqual([what, null]);
          await pollUntil(async () => !(await rig.holds(namespace, what)), `${what} is deleted`);
          expect(rig.events.slice(before)).toContainEqual({
            type: 'entry-corrupt',
            tier: tier.name,
            namespace,
            fault: expect.any(String),
          });
        }
        expect(Object.prototype).not.toHaveProperty('a');
      });

      it('it is replaced by any entry, unless it says itself that it is newer', async () => {
        for (const bytes of [
          Buffer.from([0, 255, 10, 13, 0]),
          Buffer.from('lastgood:1 00000000 2 0 plain\n{}'),
        ]) {
          await rig.plant(namespace, 'key', bytes);
          expect(await set('key', at(5))).toBe('stored');
          expect(await tier.get(namespace, 'key')).toEqual(at(5));
        }
      });
    });
  });
}
