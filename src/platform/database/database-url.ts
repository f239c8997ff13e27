import type { Settings } from '../config/index.js';

/** @throws Error where there is none: the server sets that of its embedded Postgres before it gets here */
export function databaseUrl({ database }: Settings): string {
  if (database.url === null)
    throw new Error('DATABASE_URL is not set: a Postgres is needed, of which nothing else brings one');
  return database.url;
}
