import type { Redis } from 'ioredis';
import type { Report } from '../../core/index.js';
import { mastersOf, type RedisClient } from './redis-client.js';
import { isUnreachable } from './redis-error.js';
import type { RedisLink } from './redis-link.js';
import { versionFault } from './version-fault.js';

export interface RedisCheckupOptions {
  readonly link: RedisLink;
  readonly report: Report;
  /** CACHE_PREFIX. */
  readonly prefix: string;
  /** The `maxmemory-policy` that is wanted: `allkeys-lru`. */
  readonly evictionPolicy: string;
  /** Set it where it is another one, instead of telling only. */
  readonly applyEvictionPolicy: boolean;
  /** Unix milliseconds, of this process's wall clock. */
  readonly wall: () => number;
}

const clockToleranceMs = 5_000;

/**
 * Looks at how Redis is set up as often as it comes back, and tells people what is amiss, each thing once until it has
 * been right in between. Nobody waits for it, and nothing depends on it (CA-2).
 */
export class RedisCheckup {
  private readonly stopListening: () => void;
  private told = new Set<string>();

  constructor(private readonly options: RedisCheckupOptions) {
    this.stopListening = options.link.onUp(() => void this.run());
  }

  /** Has the link connect, and tells where it does not. */
  async start(): Promise<void> {
    const { link } = this.options;
    await link.start();
    if (!link.isUp) this.warn(new Map([['reach', 'It cannot be reached: everything goes on without it']]));
  }

  /** What is amiss, by kind; `null` where Redis went away in between. */
  async run(): Promise<ReadonlyMap<string, string> | null> {
    const { link } = this.options;
    try {
      const found = new Map([
        ...this.ofOptions(link.client),
        ...(await link.run('start', () => this.ofServers())),
      ]);
      this.warn(found);
      return found;
    } catch {
      // The link has told it.
      return null;
    }
  }

  close(): void {
    this.stopListening();
  }

  private warn(found: Map<string, string>): void {
    const { report } = this.options;
    for (const [kind, message] of found) {
      if (!this.told.has(kind)) report({ type: 'tier-warning', tier: 'redis', message });
    }
    this.told = new Set(found.keys());
  }

  private *ofOptions(client: RedisClient): Generator<[string, string]> {
    if (this.options.prefix === '') {
      yield ['prefix', 'CACHE_PREFIX is empty: two deployments on this server would share their entries'];
    }
    const { socketTimeout } = mastersOf(client)[0]?.options ?? {};
    if (socketTimeout === undefined) {
      yield [
        'client',
        'The client that was passed in has no socketTimeout: it is slower to notice a dead connection',
      ];
    }
  }

  private async ofServers(): Promise<[string, string][]> {
    const { client } = this.options.link;
    return (await Promise.all(mastersOf(client).map((master) => this.ofServer(master)))).flat();
  }

  private async ofServer(master: Redis): Promise<[string, string][]> {
    const name = master.options.path ?? `${master.options.host}:${master.options.port}`;
    const found = await Promise.all([this.ofPolicy(master), ofVersion(master), this.ofClock(master)]);
    return found.flatMap((message, at) =>
      message === null ? [] : [[`${name} ${at}`, `${name}: ${message}`]],
    );
  }

  private async ofPolicy(master: Redis): Promise<string | null> {
    const { evictionPolicy: wanted, applyEvictionPolicy: isToBeSet } = this.options;
    const name = 'maxmemory-policy';
    const held = await unlessRefused(async () => ((await master.config('GET', name)) as string[])[1]);
    if (held === wanted) return null;
    if (held === undefined) return `it does not tell its ${name}, which should be ${wanted}`;
    if (!isToBeSet) return `its ${name} is ${held} and should be ${wanted}`;
    const isSet = (await unlessRefused(() => master.config('SET', name, wanted))) !== undefined;
    return isSet
      ? `its ${name} was ${held} and was set to ${wanted}`
      : `its ${name} is ${held}, and it does not let us set ${wanted}`;
  }

  private async ofClock(master: Redis): Promise<string | null> {
    const { wall } = this.options;
    const time = await unlessRefused(() => master.time());
    if (time === undefined) return null;
    const [seconds, micros] = time.map(Number) as [number, number];
    const aheadMs = seconds * 1_000 + micros / 1_000 - wall();
    if (Math.abs(aheadMs) <= clockToleranceMs) return null;
    const by = Math.round(Math.abs(aheadMs) / 1_000);
    return `its clock is ${by} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's: ages may be off by as much`;
  }
}

async function ofVersion(master: Redis): Promise<string | null> {
  return versionFault((await unlessRefused(() => master.info('server'))) ?? '');
}

/** A managed Redis forbids CONFIG, and an ACL may forbid anything. */
async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isUnreachable(error)) throw error;
    return undefined;
  }
}
