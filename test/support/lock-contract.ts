import type { Lock, LockName } from '../../src/core/index.js';
import { pollUntil } from './poll-until.js';

/** Two processes over one place where locks are. */
export interface LockRig {
  readonly one: Lock;
  readonly other: Lock;
  /** Puts an end to every lease that is held, as time would. */
  lapse(lock: LockName): Promise<void>;
  close(): Promise<void>;
}

const longMs = 600_000;

/** What every adapter of `Lock` keeps to. */
export function describeLock(subject: string, make: () => Promise<LockRig>): void {
  describe(`${subject} as a lock`, () => {
    let rig: LockRig;
    let lock: LockName;
    let made = 0;
    beforeAll(async () => (rig = await make()));
    afterAll(() => rig.close());
    beforeEach(() => (lock = { kind: 'lock', namespace: 'n', key: `k${++made}` }));

    it('one of many that ask at once gets it (CA-6)', async () => {
      const asked = Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? rig.one : rig.other).acquire(lock, longMs),
      );
      expect((await Promise.all(asked)).filter((lease) => lease !== null)).toHaveLength(1);
    });

    it('is free for the next one when it was released, and only then (CA-6)', async () => {
      const lease = await rig.one.acquire(lock, longMs);
      expect(await rig.other.acquire(lock, longMs)).toBeNull();
      expect(await lease!.renew(longMs)).toBe(true);
      await lease!.release();
      expect(await lease!.renew(longMs)).toBe(false);
      expect(await rig.other.acquire(lock, longMs)).not.toBeNull();
    });

    it('a lease that lapsed neither renews nor releases what is the next one’s (CA-6)', async () => {
      const late = await rig.one.acquire(lock, longMs);
      await rig.lapse(lock);
      const next = await rig.other.acquire(lock, longMs);
      expect(await late!.renew(longMs)).toBe(false);
      await late!.release();
      expect(await next!.renew(longMs)).toBe(true);
    });

    it('lapses by itself when its holder is gone (CA-6)', async () => {
      await rig.one.acquire(lock, 1);
      await pollUntil(async () => (await rig.other.acquire(lock, longMs)) !== null, 'the lock has lapsed');
    });

    it('locks of other kinds, namespaces and keys are other locks (CA-6)', async () => {
      const names: LockName[] = [
        lock,
        { ...lock, kind: 'refresh' },
        { ...lock, namespace: 'n:' },
        { ...lock, key: `${lock.key}:` },
        { ...lock, namespace: `n:${lock.key}`, key: '' },
      ];
      for (const name of names) expect(await rig.one.acquire(name, longMs)).not.toBeNull();
    });

    it('its release wakes those who wait for it, in any process, and nobody else (CA-6)', async () => {
      const other = { ...lock, key: `${lock.key}-other` };
      const leases = [await rig.one.acquire(lock, longMs), await rig.one.acquire(other, longMs)];
      // The first wait of a process may miss what happens before its connection stands.
      await heard(rig, { ...lock, key: `${lock.key}-warm` });
      const waits = [rig.one.wait(lock), rig.other.wait(lock), rig.other.wait(lock)];
      let isDisturbed = false;
      const undisturbed = rig.other.wait(other);
      void undisturbed.released.then(() => (isDisturbed = true));
      await leases[0]!.release();
      await Promise.all(waits.map(({ released }) => released));
      expect(isDisturbed).toBe(false);
      undisturbed.cancel();
      await leases[1]!.release();
    });

    it('a wait that was cancelled holds nothing and wakes nobody (CA-6)', async () => {
      const lease = await rig.one.acquire(lock, longMs);
      await heard(rig, { ...lock, key: `${lock.key}-warm` });
      const [cancelled, waiting] = [rig.other.wait(lock), rig.other.wait(lock)];
      let isWoken = false;
      void cancelled.released.then(() => (isWoken = true));
      cancelled.cancel();
      cancelled.cancel();
      await lease!.release();
      await waiting.released;
      expect(isWoken).toBe(false);
    });
  });
}

/** Releases are heard by both, as from the second wait on. */
async function heard({ one, other }: LockRig, name: LockName): Promise<void> {
  for (const lock of [one, other]) {
    let isHeard = false;
    void lock.wait(name).released.then(() => (isHeard = true));
    await pollUntil(async () => {
      await (await one.acquire(name, longMs))?.release();
      return isHeard;
    }, 'a release is heard');
  }
}
