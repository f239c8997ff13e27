import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { DataFolderLock } from './adapters/disk/data-folder-lock.js';
import { EmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.js';
import { AppModule } from './app.module.js';
import { readRuntime } from './features/signals/operating/index.js';
import { FirstStartService } from './ops/first-start/first-start.service.js';
import { isStartedByNpm, readSettings, type Settings } from './platform/config/index.js';
import { migrate } from './platform/database/index.js';
import { closeGently, createHttpApp } from './platform/http/index.js';
import { createLogger, LOGGER } from './platform/observability/index.js';

/** How long a start that failed may take to tidy up. */
const stopWithinMs = 1_000;
/** How long anything may take from a signal to the end, beyond the notice: 10 s to drain, 11 s to leave lessons to others. */
const endWithinMs = 22_000;

const lookForParentEveryMs = 250;

/** What has to be undone, newest first; `politely` where others have to be told first. */
type Undo = (politely: boolean) => Promise<void>;

async function startDatabase(settings: Settings, undo: Undo[]): Promise<string> {
  const lock = await DataFolderLock.acquire(settings.dataDir);
  undo.unshift(() => lock.release());
  if (settings.database.url !== null) return settings.database.url;
  const logger = createLogger(settings.logLevel);
  const postgres = await EmbeddedPostgres.start({
    dataDir: settings.dataDir,
    notice: (message, fields) => logger.info(fields, message),
  });
  undo.unshift(() => postgres.stop());
  // It runs, and it is ours: however long its first tables take, no start gives up on them. A failure is told below.
  const applied = await migrate(postgres.url).catch(() => []);
  if (applied.length > 0) logger.info({ applied }, 'migrated');
  return postgres.url;
}

async function greet(app: NestFastifyApplication, keyFile: string): Promise<void> {
  const url = `${await app.getUrl()}/api/v1/config/phases/stage_4?language=ru`;
  process.stderr.write(
    `\nThe admin key is in ${keyFile}. Try:\n  curl -H "Authorization: Bearer $(cat '${keyFile}')" '${url}'\n\n`,
  );
}

async function start(settings: Settings, undo: Undo[]): Promise<void> {
  // What cannot be meant is told before a database is begun, or migrated.
  readRuntime(settings);
  const url = await startDatabase(settings, undo);
  const app = await createHttpApp(AppModule.forRoot({ ...settings, database: { url } }));
  undo.unshift((politely) => closeGently(app, politely));
  await app.init();
  const keyFile = settings.database.url === null ? await app.get(FirstStartService).prepare() : null;
  await app.listen(settings.http.port, settings.http.host);
  app.get<Logger>(LOGGER).info({ url: await app.getUrl() }, 'listening');
  if (keyFile !== null) await greet(app, keyFile);
}

async function undoAll(undo: Undo[], politely = false): Promise<void> {
  for (const step of undo.splice(0)) await step(politely);
}

/**
 * The shell that npm starts us in passes no signal on: it ends, and we would run on with nobody who knows us. That our
 * parent is another one then is all there is to notice; on Windows, where nothing is adopted, nothing is noticed.
 */
function stopWithNpm(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, lookForParentEveryMs);
  watch.unref();
}

/** Stops in good order on the first signal; a second one ends the process at once. */
function stopOnSignal(undo: Undo[], noticeMs: () => number): void {
  let stopping = false;
  const stop = (politely: boolean) => {
    stopping = true;
    setTimeout(() => process.exit(1), endWithinMs + noticeMs()).unref();
    undoAll(undo, politely).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stop(signal === 'SIGTERM');
    });
  }
  if (isStartedByNpm()) stopWithNpm(() => stopping || stop(true));
}

/** One error, with what is at its bottom. */
function tell(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') return `PORT: ${port} on ${address} is taken by another process`;
  const cause = error.cause instanceof Error ? ` (${error.cause.message || error.cause.name})` : '';
  return `${error.name}: ${error.message}${cause}`;
}

const undo: Undo[] = [];
// Every timer of the cache lets a process end; until the server listens, this one does not.
const starting = setInterval(() => undefined, 60_000);
let noticeMs = 0;
stopOnSignal(undo, () => noticeMs);
try {
  const settings = readSettings();
  noticeMs = settings.http.shutdownDelayMs;
  await start(settings, undo);
} catch (error) {
  process.stderr.write(`${tell(error)}\n`);
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  await undoAll(undo).catch(() => undefined);
  process.exit(1);
}
clearInterval(starting);
