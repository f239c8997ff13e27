import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readSettings } from '../platform/config/read-settings.js';
import type { Settings } from '../platform/config/settings.js';
import { ServerRefusedError } from './server-refused.error.js';
import { ServerUnreachableError } from './server-unreachable.error.js';

const answersWithinMs = 10_000;

/** Which server a command asks, and as whom. */
export interface ServerOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

export function addServerOptions(command: Command): Command {
  return command
    .option('--url <url>', 'the server; else LASTGOOD_URL, else this machine at PORT')
    .option('--key-file <file>', 'holds the API key; else the key in LASTGOOD_KEY, else DATA_DIR/admin-key');
}

/** One call of a server that runs; commands that work while the database is away are made of these. */
export async function callServer<Answer>(
  { url, keyFile }: ServerOptions,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const settings = readSettings();
  const base = url ?? serverUrl(settings);
  if (!URL.canParse(path, base)) throw new Error(`--url: must be a URL, as in http://127.0.0.1:3000`);
  const key = await readKey(settings, keyFile);
  let reply: Response;
  let text: string;
  try {
    reply = await fetch(new URL(path, base), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answersWithinMs),
    });
    text = await reply.text();
  } catch (error) {
    throw new ServerUnreachableError(base, error);
  }
  if (!reply.ok) throw new ServerRefusedError(reply.status, detailOf(text));
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** The one that commands ask where nothing else is said. */
export function serverUrl({ client, http }: Settings): string {
  return client.url ?? `http://127.0.0.1:${http.port}`;
}

async function readKey({ client, dataDir }: Settings, keyFile: string | undefined): Promise<string> {
  if (keyFile === undefined && client.key !== null) return client.key;
  const file = keyFile ?? join(dataDir, 'admin-key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Error(
      `There is no API key: ${(error as Error).message}. Name one by --key-file or LASTGOOD_KEY; "lastgood keys create" makes one`,
      { cause: error },
    );
  }
}

function detailOf(text: string): string {
  try {
    const { detail, title } = JSON.parse(text) as { detail?: string; title?: string };
    return detail ?? title ?? text;
  } catch {
    return text.slice(0, 200);
  }
}
