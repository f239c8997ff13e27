import type { Command } from 'commander';
import { EmbeddedPostgres } from '../adapters/embedded-postgres/embedded-postgres.js';
import { stopEmbeddedPostgres } from '../adapters/embedded-postgres/stop-embedded-postgres.js';
import { readSettings } from '../platform/config/read-settings.js';
import { print } from './print.js';

/** The embedded default's data folder; with a DATABASE_URL there is nothing of ours to start or stop. */
function embeddedFolder(): string {
  const { database, dataDir } = readSettings();
  if (database.url !== null)
    throw new Error('DATABASE_URL is set: that database is not ours to start or stop');
  return dataDir;
}

/** For rehearsing an outage beside a server that runs on the embedded default. */
export function addDatabaseCommands(program: Command): void {
  const command = program.command('database').description('the embedded Postgres, to rehearse an outage');
  command
    .command('stop')
    .description('stop it under the server that uses it')
    .action(async () => {
      await stopEmbeddedPostgres(embeddedFolder());
      print('the embedded Postgres is stopped');
    });
  command
    .command('start')
    .description('start it again, on the same port')
    .action(async () => {
      const { pid, port } = await EmbeddedPostgres.start({ dataDir: embeddedFolder(), samePort: true });
      print(`the embedded Postgres runs as process ${pid} on port ${port}`);
    });
}
