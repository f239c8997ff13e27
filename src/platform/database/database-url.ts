import type { Settings } from '../config/index.js';

/** @throws Error before the embedded Postgres has told where it is */
export function databaseUrl({ database }: Settings): string {
  if (database.url === null)
    throw new Error('The database URL is not set: start the embedded Postgres first');
  return database.url;
}
