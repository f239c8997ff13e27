import type { QueryResultRow } from 'pg';
import { DeadlineClient, destroySocket } from '../../adapters/postgres/deadline-client.js';

const answersWithinMs = 1_800;

export type Ask = <R extends QueryResultRow>(statement: string, parameters?: unknown[]) => Promise<R[]>;

/** Asks over a connection of its own, which is gone afterwards, and at once when the signal says so. */
export async function askDatabase<R>(
  url: string,
  signal: AbortSignal,
  work: (ask: Ask, client: DeadlineClient) => Promise<R>,
): Promise<R> {
  const client = new DeadlineClient({
    connectionString: url,
    connectionTimeoutMillis: answersWithinMs,
    query_timeout: answersWithinMs,
    application_name: 'lastgood-doctor',
  });
  const letGo = () => destroySocket(client);
  signal.addEventListener('abort', letGo);
  try {
    await client.connect();
    // Whoever only looks cannot change anything by mistake.
    await client.query('SET default_transaction_read_only = on');
    return await work(
      async (statement, parameters) => (await client.query(statement, parameters)).rows,
      client,
    );
  } finally {
    signal.removeEventListener('abort', letGo);
    letGo();
  }
}

/** `host:port/name` of a URL, without who and with what password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`;
}
