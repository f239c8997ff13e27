import { bringUp } from './bring-up.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { EmbeddedPostgresOptions } from './embedded-postgres.options.js';
import { stopPostmaster } from './stop-postmaster.js';

/** A Postgres server of this machine's own, on a data folder that one process owns (`DataFolderLock`). */
export class EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** This start made the cluster. */
  readonly created: boolean;
  /** It was running already. */
  readonly adopted: boolean;
  readonly clusterDir: string;

  private constructor(facts: Awaited<ReturnType<typeof bringUp>>) {
    this.url = facts.url;
    this.port = facts.port;
    this.pid = facts.pid;
    this.created = facts.created;
    this.adopted = facts.adopted;
    this.clusterDir = facts.clusterDir;
  }

  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    try {
      return new EmbeddedPostgres(await bringUp(options));
    } catch (error) {
      throw EmbeddedPostgresError.from(error, options.dataDir);
    }
  }

  /** Stops whatever postmaster serves the cluster by now. Nothing happens if there is none. */
  async stop(): Promise<void> {
    await stopPostmaster(this.clusterDir, this.pid);
  }
}
