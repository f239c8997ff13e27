import fs from 'node:fs/promises';
import path from 'node:path';
import { askPostgres } from '../../src/adapters/embedded-postgres/ask-postgres.js';
import { choosePort } from '../../src/adapters/embedded-postgres/choose-port.js';
import { EmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.js';
import { launchPostmaster } from '../../src/adapters/embedded-postgres/launch-postmaster.js';
import { locatePackage } from '../../src/adapters/embedded-postgres/locate-package.js';
import { makeSystemFolder } from '../../src/adapters/embedded-postgres/make-system-folder.js';
import { postgresUser, type PostgresUser } from '../../src/adapters/embedded-postgres/postgres-user.js';
import { prepareBinaries } from '../../src/adapters/embedded-postgres/prepare-binaries.js';
import { stopPostmaster } from '../../src/adapters/embedded-postgres/stop-postmaster.js';
import { TcpFaultProxy } from '../../src/testing/tcp-fault-proxy.js';
import { sqlOn } from './fleet.js';
import { pollUntil } from './poll-until.js';
import { tempFolder } from './temp-folder.js';

/** A primary and a hot standby of it, which streams from it through a fault proxy. */
export class PostgresPair {
  private constructor(
    readonly primary: EmbeddedPostgres,
    /** A superuser's, as `primary.url`. */
    readonly standbyUrl: string,
    /** Between the two. */
    readonly replication: TcpFaultProxy,
    private readonly standbyDir: string,
  ) {}

  /** The standby begins as a copy of the primary's folder, made while that is stopped. */
  static async start(): Promise<PostgresPair> {
    const dataDir = tempFolder('primary');
    const made = await EmbeddedPostgres.start({ dataDir, fast: true });
    await made.stop();
    const standbyDir = path.join(tempFolder('standby'), 'postgres');
    await fs.cp(made.clusterDir, standbyDir, { recursive: true });
    const primary = await EmbeddedPostgres.start({ dataDir, fast: true, samePort: true });

    const replication = await TcpFaultProxy.start({ targetPort: primary.port });
    const { password } = new URL(primary.url);
    await fs.appendFile(
      path.join(standbyDir, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=127.0.0.1 port=${replication.port} user=postgres password=${password}'\n`,
    );
    await fs.writeFile(path.join(standbyDir, 'standby.signal'), '');
    const url = new URL(primary.url);
    url.port = String(await launchStandby(standbyDir));
    return new PostgresPair(primary, url.href, replication, standbyDir);
  }

  /** The same database on the standby. */
  onStandby(url: string): string {
    const moved = new URL(url);
    moved.port = new URL(this.standbyUrl).port;
    return moved.href;
  }

  /** As an operator does, or a cluster manager. */
  async promote(): Promise<void> {
    await sqlOn(this.standbyUrl, 'SELECT pg_promote(true, 60)');
  }

  async stop(): Promise<void> {
    await stopPostmaster(this.standbyDir);
    await this.primary.stop();
    await this.replication.close();
  }
}

/** Returns its port. */
async function launchStandby(clusterDir: string): Promise<number> {
  const user = postgresUser();
  await handOver(clusterDir, user);
  const copiesFolder = () => makeSystemFolder('/var/lib/lastgood', user);
  const binaries = await prepareBinaries({
    installed: locatePackage(),
    user,
    copiesFolder,
    notice: () => undefined,
  });
  const port = await choosePort();
  // A standby never says `ready` in its pid file, which is what a launch waits for: it is asked here instead.
  const outcome = await launchPostmaster({ clusterDir, binaries, user, port, fast: true, timeoutMs: 1 });
  const url = `postgres://postgres:unknown@127.0.0.1:${port}/postgres`;
  const answers = async () => (await askPostgres(url)) === 'wrong-password';
  await pollUntil(answers, 'the standby answers', () => JSON.stringify(outcome));
  return port;
}

/** A copy belongs to whoever made it, and Postgres wants its own. */
async function handOver(folder: string, { uid, gid }: PostgresUser): Promise<void> {
  await fs.chmod(folder, 0o700);
  if (uid === undefined || gid === undefined) return;
  const entries = await fs.readdir(folder, { recursive: true });
  for (const entry of ['', ...entries]) await fs.chown(path.join(folder, entry), uid, gid);
}
