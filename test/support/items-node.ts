import { rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import type { TcpFaultProxy } from '../../src/testing/tcp-fault-proxy.js';
import type { EditAnswer, ItemAnswer, MemoryAnswer, StateAnswer } from './items-app/items.routes.js';
import buildItemsApp from './build-items-app.cjs';
import { ServerProcess } from './server-process.js';
import { tempFolder } from './temp-folder.js';
import { throughProxy } from './through-proxy.js';

type Query = Readonly<Record<string, string | number | undefined>>;
export interface Where {
  readonly database: string;
  /** `null`: without Redis. */
  readonly redis: string | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** One process of the rehearsal application, with fault proxies of its own before Postgres and Redis. */
export class ItemsNode {
  process!: ServerProcess;
  url = '';
  /** Counts its lives: what one process promised, the next one need not know. */
  life = 0;
  private agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly dataDir = tempFolder('items');

  private constructor(
    readonly database: TcpFaultProxy,
    readonly redis: TcpFaultProxy | null,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** With its proxies alone: `restart` starts the process. */
  static async make({ database, redis, env = {} }: Where): Promise<ItemsNode> {
    const toDatabase = await throughProxy(database);
    const toRedis = redis === null ? null : await throughProxy(redis);
    return new ItemsNode(toDatabase.proxy, toRedis?.proxy ?? null, {
      DATABASE_URL: toDatabase.proxied,
      ...(toRedis && { REDIS_URL: toRedis.proxied }),
      LOG_LEVEL: 'warn',
      ...env,
    });
  }

  /** Settles when the process listens. */
  static async start(where: Where): Promise<ItemsNode> {
    const node = await ItemsNode.make(where);
    await node.restart();
    return node;
  }

  /** Another process on the same folder and proxies, the old one killed; settles when it listens. */
  async restart(): Promise<void> {
    if (this.life > 0) await this.kill();
    this.agent.destroy();
    this.agent = new Agent({ keepAlive: true, maxSockets: 64 });
    this.life += 1;
    const main = buildItemsApp();
    this.process = new ServerProcess({ ...this.settings, DATA_DIR: this.dataDir }, ['--expose-gc', main]);
    this.url = await this.process.url();
  }

  /** Without warning. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.process.exit();
  }

  read(key: string, namespace = 'items'): Promise<ItemAnswer> {
    return this.ask('/read', { key, namespace });
  }

  /** In one request; each key is read and labelled by itself. */
  readMany(keys: readonly string[], namespace = 'items'): Promise<ItemAnswer[]> {
    return this.ask('/read-many', { namespace, keys: keys.join(',') });
  }

  /** `null` deletes. */
  edit(key: string, text: string | null): Promise<EditAnswer> {
    return this.ask('/edit', text === null ? { key } : { key, text });
  }

  /** Purges or invalidates a key, the keys with a prefix, or all. */
  operate(operation: 'purge' | 'invalidate', what: Query = {}): Promise<EditAnswer> {
    return this.ask('/operate', { operation, ...what });
  }

  state(): Promise<StateAnswer> {
    return this.ask('/state');
  }

  /** `collected`: of what garbage collection leaves. */
  memory(collected = false): Promise<MemoryAnswer> {
    return this.ask('/memory', collected ? { collect: 1 } : {});
  }

  ask<A>(path: string, query: Query = {}): Promise<A> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.set(name, String(value));
    }
    return new Promise((resolve, reject) => {
      const request = get(`${this.url}${path}?${search.toString()}`, { agent: this.agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(JSON.parse(text) as A));
        response.on('error', reject);
      });
      request.on('error', reject);
    });
  }

  async dispose(): Promise<void> {
    this.agent.destroy();
    if (this.life > 0) {
      // One that is stopped hears no other signal.
      this.process.kill('SIGCONT');
      await this.process.stop();
    }
    await Promise.all([this.database.close(), this.redis?.close()]);
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
