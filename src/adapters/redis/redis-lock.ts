import { randomUUID } from 'node:crypto';
import type { Lease, Lock, LockName, Wait } from '../../core/index.js';
import { releaseLock, renewLock } from './lock.scripts.js';
import type { RedisKeys } from './redis-keys.js';
import type { RedisLink } from './redis-link.js';
import type { ReleaseListener } from './release-listener.js';

export interface RedisLockOptions {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  /** Closed by whoever made it. */
  readonly listener: ReleaseListener;
}

/** A lock is a key with a token that only its holder knows, and lapses by itself. */
export class RedisLock implements Lock {
  constructor(private readonly options: RedisLockOptions) {}

  async acquire(name: LockName, ttlMs: number): Promise<Lease | null> {
    const { link, keys } = this.options;
    const key = keys.lock(name);
    const token = randomUUID();
    const answer = await link.run('lock', (client) => client.set(key, token, 'PX', whole(ttlMs), 'NX'));
    return answer === 'OK' ? this.lease(key, token) : null;
  }

  wait(name: LockName): Wait {
    return this.options.listener.wait(this.options.keys.lock(name));
  }

  private lease(key: string, token: string): Lease {
    const { link, keys } = this.options;
    return {
      renew: async (ttlMs) =>
        (await link.run('lock', (client) => renewLock.run(client, [key], [token, whole(ttlMs)]))) === 1,
      release: async () => {
        await link
          .run('lock', (client) => releaseLock.run(client, [key], [token, keys.released]))
          .catch(() => undefined);
      },
    };
  }
}

const whole = (ttlMs: number): number => Math.max(1, Math.ceil(ttlMs));
