import type { Notice } from './notice.js';

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Trades what survives a power cut for speed, and takes more connections: for tests. */
  fast?: boolean;
  /** A taken port is an error, not a reason for another one: for starting the database of a process that lives on. */
  samePort?: boolean;
  /** Where root puts what the user that runs Postgres can't reach in place: `/var/lib/lastgood`. */
  systemFolder?: string;
  notice?: Notice;
}
