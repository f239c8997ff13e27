// The server with its signals, on an embedded database and on no port.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the services, and how to end them */
export async function startApp({ folder, file, host }) {
  const { EmbeddedPostgres } = await import('../../dist/src/adapters/embedded-postgres/embedded-postgres.js');
  const { parseConfig } = await import('../../dist/src/platform/config/index.js');
  const { closeGently, createHttpApp } = await import('../../dist/src/platform/http/index.js');
  const { AppModule } = await import('../../dist/src/app.module.js');
  const { SignalNamespaces, SignalService } = await import('../../dist/src/features/signals/index.js');
  // The database does not run as root, and a temporary folder is for its owner only.
  chmodSync(folder, 0o755);
  const dataDir = join(folder, 'data');
  const postgres = await EmbeddedPostgres.start({ dataDir });
  const settings = parseConfig({
    DATA_DIR: dataDir,
    DATABASE_URL: postgres.url,
    LOG_LEVEL: 'error',
    RUNTIME_CONFIG: file,
    SIGNALS_ALLOWED_HOSTS: host,
    CACHE_MEMORY_MAX_ENTRIES: '50000',
  });
  const app = await createHttpApp(AppModule.forRoot(settings));
  await app.init();
  return {
    signals: app.get(SignalService, { strict: false }),
    namespaces: app.get(SignalNamespaces, { strict: false }),
    close: async () => {
      await closeGently(app, false);
      await postgres.stop();
    },
  };
}
