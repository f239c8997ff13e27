import { print } from './print.js';
import { callServer, type ServerOptions } from './server-client.js';

interface InvalidateOptions extends ServerOptions {
  readonly key?: string;
  readonly scope?: string;
  readonly prefix?: string;
  readonly reason: string;
  readonly json?: boolean;
}

interface Invalidated {
  readonly version: string;
  readonly local: number;
}

/** Written to the database, from where every process learns of it. */
export async function invalidate(namespace: string, options: InvalidateOptions): Promise<void> {
  const { key, scope, prefix, reason, json = false } = options;
  const asked = Object.entries({ key, scope, prefix }).filter(([, value]) => value !== undefined);
  if (asked.length !== 1) throw new Error('Say one of --key, --scope and --prefix');
  const path = `/admin/cache/${namespace}/invalidate`;
  const body = { ...Object.fromEntries(asked), reason };
  const invalidated = await callServer<Invalidated>(options, 'POST', path, body);
  if (json) return print(JSON.stringify(invalidated, null, 2));
  print(`version ${invalidated.version}; ${invalidated.local} in the memory of the server that was asked`);
}
