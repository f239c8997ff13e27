import { Cluster, type ClusterOptions } from 'ioredis';
import { choosePort } from '../../src/adapters/embedded-postgres/choose-port.js';
import { pollUntil } from './poll-until.js';
import { RedisServer } from './redis-server.js';

const slots = 16_384;
const masters = 3;
/** No master is declared dead within a test: taking that back costs a Cluster twice this time. */
const nodeTimeoutMs = 2_000;

/** Three masters that share all slots, without replicas. */
export class RedisCluster {
  private readonly clients: Cluster[] = [];

  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(): Promise<RedisCluster> {
    const nodes = await Promise.all(
      Array.from({ length: masters }, async () =>
        RedisServer.start(
          '--cluster-enabled',
          'yes',
          '--cluster-port',
          String(await choosePort()),
          '--cluster-node-timeout',
          String(nodeTimeoutMs),
        ),
      ),
    );
    const cluster = new RedisCluster(nodes);
    await cluster.join();
    return cluster;
  }

  /** A client that connects at its first command; disconnected by `stop`. */
  client(options: ClusterOptions = {}): Cluster {
    const startup = this.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
    const client = new Cluster(startup, { lazyConnect: true, ...options });
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private async join(): Promise<void> {
    const [first, ...others] = this.nodes;
    for (const [at, { admin }] of this.nodes.entries()) {
      const from = Math.ceil((slots * at) / masters);
      const to = Math.ceil((slots * (at + 1)) / masters) - 1;
      await admin.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
      await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
    }
    for (const { admin, port } of others) {
      const [, busPort] = (await admin.config('GET', 'cluster-port')) as string[];
      await first!.admin.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort!);
    }
    await pollUntil(async () => {
      const states = await Promise.all(this.nodes.map(({ admin }) => admin.cluster('INFO')));
      return states.every(
        (state) => state.includes('cluster_state:ok') && state.includes(`cluster_slots_ok:${slots}`),
      );
    }, 'every master knows of all slots');
  }
}
