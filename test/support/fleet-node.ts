import { rmSync } from 'node:fs';
import type { Role } from '../../src/platform/security/index.js';
import type { TcpFaultProxy } from '../../src/testing/tcp-fault-proxy.js';
import { HttpClient, type Answer } from './http-client.js';
import { pollUntil } from './poll-until.js';
import { ServerProcess } from './server-process.js';
import { tempFolder } from './temp-folder.js';
import { throughProxy } from './through-proxy.js';
import { unthrottled } from './unthrottled.js';

export interface PhaseAnswer {
  readonly maxTokens: number;
  readonly meta: {
    readonly isStale: boolean;
    readonly reason: string;
    readonly ageMs: number;
    readonly version: number;
  };
}

/** A line of the log that tells of something, and when (ms since the Unix epoch). */
export interface Said {
  readonly at: number;
  readonly msg: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

/** What the nodes of a fleet are asked: its `maxTokens` is the value that tests edit. */
export const phaseRow = '/admin/phases/global_default';
const phasePath = '/api/v1/config/phases/global_default';

/** One built server process, with a fault proxy of its own before its database. */
export class FleetNode extends HttpClient {
  server!: ServerProcess;
  private readonly dataDir = tempFolder('node');

  private constructor(
    keys: Record<Role, string>,
    readonly proxy: TcpFaultProxy,
    private readonly settings: Readonly<Record<string, string>>,
  ) {
    super(keys);
  }

  /** Settles when the process listens. */
  static async start(
    url: string,
    keys: Record<Role, string>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<FleetNode> {
    const node = await FleetNode.launch(url, keys, env);
    node.url = await node.server.url();
    return node;
  }

  /** Starts the process without waiting: it may well end at once. */
  static async launch(
    url: string,
    keys: Record<Role, string>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<FleetNode> {
    const { proxy, proxied } = await throughProxy(url);
    const node = new FleetNode(keys, proxy, { ...unthrottled, DATABASE_URL: proxied, ...env });
    node.relaunch();
    return node;
  }

  /** Another process on the same folder and proxy. */
  relaunch(): void {
    this.server = new ServerProcess({ ...this.settings, DATA_DIR: this.dataDir });
  }

  /** As `relaunch`; settles when the process listens. */
  async restart(): Promise<void> {
    this.relaunch();
    this.url = await this.server.url();
  }

  read(): Promise<Answer<PhaseAnswer>> {
    return this.ask<PhaseAnswer>(phasePath);
  }

  /** It serves this value, as fresh and with nothing to complain of. */
  async isOnTruth(maxTokens: number): Promise<boolean> {
    const { status, body, headers } = await this.read();
    return (
      status === 200 &&
      body.maxTokens === maxTokens &&
      body.meta.reason === 'fresh' &&
      !headers.has('degraded')
    );
  }

  untilOnTruth(maxTokens: number, withinMs = 60_000): Promise<void> {
    const condition = `the process serves ${maxTokens} as fresh`;
    return pollUntil(
      () => this.isOnTruth(maxTokens),
      condition,
      () => this.server.output.slice(-3_000),
      withinMs,
    );
  }

  /** What the process logged since a moment in words that contain `words`. */
  said(words: string, since = 0): Said[] {
    const lines = this.server.stdout.split('\n').filter((line) => line.includes(words));
    const told = lines
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Said & { time: string });
    return told
      .map((line) => ({ ...line, at: Date.parse(line.time) }))
      .filter(({ at, msg }) => at >= since && msg.includes(words));
  }

  async dispose(): Promise<void> {
    // One that is stopped hears no other signal.
    this.server.kill('SIGCONT');
    await this.server.stop();
    await this.proxy.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
