import type { DataSource } from 'typeorm';
import { DeadlineClient } from '../../adapters/postgres/deadline-client.js';
import { DatabaseUnavailableError } from './database-unavailable.error.js';
import { isConnectionProblem } from './write-transaction.js';

/** Of a connection for one piece of work. */
export const connectionOptions = (url: string, applicationName: string, statementTimeoutMs: number) => ({
  type: 'postgres' as const,
  url,
  schema: 'lastgood',
  connectTimeoutMS: 2_000,
  applicationName,
  extra: { Client: DeadlineClient, query_timeout: statementTimeoutMs },
});

/** @throws DatabaseUnavailableError */
export async function connect(source: DataSource): Promise<void> {
  try {
    await source.initialize();
  } catch (error) {
    throw isConnectionProblem(error)
      ? new DatabaseUnavailableError(problemOf(error as Error), error, 'be asked')
      : error;
  }
}

/** Where a name has several addresses, the error is one of many, and says nothing itself. */
const problemOf = (error: Error): string =>
  error.message || (error instanceof AggregateError ? error.errors.map(String).join('; ') : error.name);
