export interface PostgresUser {
  uid?: number;
  gid?: number;
}

/** Postgres refuses to run as root: root runs it as nobody, which needs no user to be created. */
const NOBODY: PostgresUser = { uid: 65534, gid: 65534 };

/** What to spread into spawn options; empty where Postgres runs as the user who asks. */
export const postgresUser = (): PostgresUser => (process.getuid?.() === 0 ? NOBODY : {});
