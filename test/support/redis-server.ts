import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { choosePort } from '../../src/adapters/embedded-postgres/choose-port.js';
import { pollUntil } from './poll-until.js';
import { tempFolder } from './temp-folder.js';

/** Somebody may take the port meanwhile; and a node of a cluster takes the one 10,000 above, too. */
const otherPorts = 5;

/** A redis-server of the caller's own, on 127.0.0.1, which keeps nothing over a restart. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private control: Redis | undefined;
  private readonly folder = tempFolder('redis');

  private constructor(
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /** `settings` as on the command line: `'--maxmemory', '10mb'`. */
  static async start(...settings: string[]): Promise<RedisServer> {
    for (let left = otherPorts; ; left--) {
      const server = new RedisServer(await choosePort(), settings);
      try {
        await server.launch();
        return server;
      } catch (error) {
        if (left === 0 || !(error as Error).message.includes('Address already in use')) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** A client of the test's own, past every proxy, with everybody's defaults. */
  get admin(): Redis {
    this.control ??= this.connect();
    return this.control;
  }

  /** How often a command was carried out since the last `CONFIG RESETSTAT`; in small letters. */
  async calls(command: string): Promise<number> {
    const stats = await this.admin.info('commandstats');
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
  }

  /** Without warning. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** On the same port, empty. */
  async restart(): Promise<void> {
    await this.kill();
    await this.launch();
  }

  /** Connections stay, nobody answers. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.control?.disconnect();
    await this.kill();
  }

  private connect(): Redis {
    const client = new Redis(this.port, '127.0.0.1', { lazyConnect: true, disconnectTimeout: 200 });
    return client.on('error', () => undefined);
  }

  private async launch(): Promise<void> {
    const { TEST_REDIS_SERVER = '', TEST_REDIS_LIBRARIES, PATH } = process.env;
    const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    const kept = ['--save', '', '--appendonly', 'no', '--pidfile', join(this.folder, 'redis.pid')];
    const child = spawn(TEST_REDIS_SERVER, [...own, ...kept, ...this.settings], {
      env: { PATH, ...(TEST_REDIS_LIBRARIES && { LD_LIBRARY_PATH: TEST_REDIS_LIBRARIES }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    let log = '';
    child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const isReady = () => log.includes('Ready to accept connections');
    await pollUntil(
      () => isReady() || child.exitCode !== null,
      'redis-server is ready',
      () => log,
    );
    if (!isReady()) throw new Error(`redis-server ended:\n${log}`);
  }
}
