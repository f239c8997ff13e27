import { Client } from 'pg';

const TIMEOUT_MS = 2_000;

export type Answer = 'ready' | 'not-yet' | 'wrong-password' | 'silent';

/** Logs in and out again: an answer proves that the server lives and that the stored password is its password. */
export async function askPostgres(url: string): Promise<Answer> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return 'ready';
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '28P01') return 'wrong-password';
    // Too many connections: it lives, and is busy.
    if (code === '53300') return 'ready';
    return /timeout/i.test(message) ? 'silent' : 'not-yet';
  }
}
