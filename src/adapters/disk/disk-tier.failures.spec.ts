import fs from 'node:fs';
import { DiskRig, forGood, ioError, pinned, storedEntry } from '../../../test/support/disk-rig.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import type { DiskTier } from './disk-tier.js';

const unavailable = { code: 'tier-unavailable' };
let rig: DiskRig;

beforeEach(() => {
  rig = new DiskRig();
});
afterEach(() => rig.close());

const isUp = () => rig.reported('tier-state').map((event) => event.isUp);
const put = (tier: DiskTier, key: string, value: unknown = key, options = forGood) =>
  tier.set('n', key, storedEntry(value), options);

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

/** Lets back-offs pass until the tier says that it is up. */
const heal = () =>
  pollUntil(async () => {
    await rig.clock.advance(100);
    return isUp().at(-1) === true;
  }, 'the tier is up again');

describe('a disk that fails (CA-11)', () => {
  it('fails and reports writes over an I/O error, serves on, and makes good what is pinned (CA-11)', async () => {
    const tier = await rig.tier();
    await put(tier, 'old');
    rig.writes.alwaysThrow(ioError);
    await expect(put(tier, 'lost')).rejects.toMatchObject(unavailable);
    await expect(put(tier, 'lost at once')).rejects.toMatchObject(unavailable);
    await expect(put(tier, 'owed', 1, pinned)).rejects.toMatchObject(unavailable);
    await expect(put(tier, 'owed', 2, pinned)).rejects.toMatchObject(unavailable);
    await expect(tier.delete('n', 'old')).rejects.toMatchObject(unavailable);
    expect(rig.reported('tier-failed').filter(({ operation }) => operation === 'set')).toHaveLength(4);
    expect(isUp()).toEqual([false]);
    expect(await tier.get('n', 'old')).toMatchObject({ value: 'old' });
    rig.writes.alwaysPass();
    await heal();
    expect(isUp()).toEqual([false, true]);
    await pollUntil(async () => (await tier.get('n', 'owed')) !== null, 'the pinned entry is written');
    expect((await tier.get('n', 'owed'))?.value).toBe(2);
    expect(await tier.get('n', 'lost')).toBeNull();
    expect(await tier.get('n', 'old')).toBeNull();
    expect(await put(tier, 'new')).toBe('stored');
  });

  it('keeps what it has on a full disk, and writes again when there is room (CA-11)', async () => {
    const tier = await rig.tier();
    await put(tier, 'old');
    await rig.close();
    const before = fs.readFileSync(rig.path);
    rig.onOpen = [{ sql: 'PRAGMA max_page_count = 1' }];
    const full = await rig.tier({ compressFromBytes: Infinity });
    const large = 'x'.repeat(100_000);
    await expect(put(full, 'new', large)).rejects.toMatchObject(unavailable);
    await expect(put(full, 'pinned', large, pinned)).rejects.toMatchObject(unavailable);
    expect(isUp()).toEqual([false]);
    expect(await full.get('n', 'old')).not.toBeNull();
    // What fails is tried again, and fails again, and leaves no trace.
    for (let at = 0; at < 20; at++) await rig.clock.advance(50);
    expect(isUp()).toEqual([false]);
    await rig.close();
    expect(fs.readFileSync(rig.path).equals(before)).toBe(true);
    rig.onOpen = [];
    const roomy = await rig.tier();
    expect(await put(roomy, 'new', large)).toBe('stored');
    expect(await roomy.get('n', 'old')).not.toBeNull();
  });

  it('backs off further and further, and never stops to try (CA-11)', async () => {
    const tier = await rig.tier();
    rig.writes.alwaysThrow(ioError);
    const set = jest.spyOn(rig.clock, 'after');
    await expect(put(tier, 'k', 1, pinned)).rejects.toMatchObject(unavailable);
    const others = new Set([250, 500, 2_000, 10_000, 60_000]);
    const waits = () => set.mock.calls.map(([ms]) => ms).filter((ms) => !others.has(ms));
    for (let tries = 1; tries <= 11; tries++) {
      await pollUntil(() => waits().length === tries, `attempt ${tries} has failed`);
      await rig.clock.advance(waits().at(-1)!);
    }
    expect(waits().slice(0, 11)).toEqual([
      50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000,
    ]);
  });

  it('waits for no fsync that hangs: callers hear of it after 2 s, later ones at once, and readers read (CA-11)', async () => {
    const tier = await rig.tier();
    await put(tier, 'old');
    rig.writes.always({ kind: 'late', ms: 60_000 });
    const first = failureOf(put(tier, 'slow', 1, pinned));
    await pollUntil(() => rig.clock.pending > 2, 'the write is under way');
    await rig.clock.advance(1_999);
    expect(isUp()).toEqual([]);
    await rig.clock.advance(1);
    expect(await first).toMatchObject(unavailable);
    expect(isUp()).toEqual([false]);
    await expect(put(tier, 'later')).rejects.toMatchObject(unavailable);
    await expect(tier.deletePrefix('n', 'old')).rejects.toMatchObject(unavailable);
    expect(await tier.get('n', 'old')).not.toBeNull();
    rig.writes.alwaysPass();
    await pollUntil(async () => {
      await rig.clock.advance(60_000);
      return isUp().at(-1) === true;
    }, 'the write has come through');
    expect((await tier.get('n', 'slow'))?.value).toBe(1);
    await pollUntil(async () => (await tier.get('n', 'old')) === null, 'the deletion has come through');
  });

  it('gives a read 250 ms, and asks nothing more while it hangs (CA-11)', async () => {
    const tier = await rig.tier();
    await put(tier, 'k');
    rig.reads.always({ kind: 'late', ms: 10_000 });
    const read = failureOf(tier.get('n', 'k'));
    await rig.clock.advance(250);
    expect(await read).toMatchObject(unavailable);
    await expect(tier.get('n', 'k')).rejects.toMatchObject(unavailable);
    await expect(tier.usage('n')).rejects.toMatchObject(unavailable);
    expect(rig.reported('tier-failed').map(({ operation }) => operation)).toEqual(['get', 'get', 'scan']);
    rig.reads.alwaysPass();
    await rig.clock.advance(10_000);
    await pollUntil(() => isUp().at(-1) === true, 'the read has come through');
    expect(await tier.get('n', 'k')).not.toBeNull();
  });

  it('fails a read over an I/O error and goes on with the next (CA-11)', async () => {
    const tier = await rig.tier();
    await put(tier, 'k');
    rig.reads.alwaysThrow(ioError);
    await expect(tier.get('n', 'k')).rejects.toMatchObject(unavailable);
    rig.reads.alwaysPass();
    expect(await tier.get('n', 'k')).not.toBeNull();
    expect(fs.readdirSync(rig.folder).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it('refuses and reports what the queue has no room for; the last known good always has some (CA-11)', async () => {
    const tier = await rig.tier({ maxQueueEntries: 3 });
    await put(tier, 'first');
    await rig.quiet();
    rig.writes.always({ kind: 'delay', ms: 1_000 });
    const flight = put(tier, 'in flight');
    await pollUntil(() => rig.clock.pending === 4, 'the first write is under way');
    const queued = ['a', 'b', 'c', 'd', 'e'].map((key) =>
      put(tier, key).catch((error: Error) => error.message),
    );
    const owed = put(tier, 'pinned', 1, pinned);
    const refused = 'disk: too much waits to be written';
    await expect(Promise.all(queued.slice(3))).resolves.toEqual([refused, refused]);
    expect(rig.reported('tier-failed')).toHaveLength(2);
    rig.writes.alwaysPass();
    await rig.clock.advance(1_000);
    await expect(Promise.all([flight, ...queued.slice(0, 3), owed])).resolves.toEqual(
      Array(5).fill('stored'),
    );
  });

  it('writes one of many writes to a key that wait (CA-4)', async () => {
    const tier = await rig.tier({ maxQueueEntries: 1 });
    const writes = Array.from({ length: 50 }, (_, at) =>
      tier.set('n', 'k', storedEntry(at, at + 1), forGood),
    );
    const outcomes = await Promise.all(writes);
    expect(outcomes.filter((outcome) => outcome === 'stored').length).toBeLessThan(3);
    expect((await tier.get('n', 'k'))?.value).toBe(49);
  });
});
