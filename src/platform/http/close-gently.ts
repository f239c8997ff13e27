import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { SETTINGS, type Settings } from '../config/index.js';
import { LOGGER } from '../observability/index.js';
import { drainServer } from './drain-server.js';
import { Draining } from './draining.js';
import { OpenConnections } from './open-connections.js';

/** How long requests that are under way may take to end. */
const drainWithinMs = 10_000;
/** The same where a person waits. */
const drainQuicklyMs = 1_000;

/**
 * Ends the application so that no request fails: for a moment it says that it is going and serves on, as a whole; then
 * it closes the port and each connection when its last answer is out; and only then stops what answers are made of.
 * @param notice whether anybody has to be told, as on SIGTERM; on Ctrl-C nobody has
 */
export async function closeGently(app: NestFastifyApplication, notice: boolean): Promise<void> {
  const { shutdownDelayMs } = app.get<Settings>(SETTINGS).http;
  const server = app.getHttpServer();
  const delayMs = notice && server.listening ? shutdownDelayMs : 0;
  const withinMs = notice ? drainWithinMs : drainQuicklyMs;
  const draining = app.get(Draining);
  draining.begin();
  draining.cutIn(delayMs + withinMs);
  await delay(delayMs);
  const { tookMs, wasCut } = await drainServer(server, app.get(OpenConnections), withinMs);
  const logger = app.get<Logger>(LOGGER);
  if (wasCut) logger.warn({ tookMs }, 'requests that did not end in time were cut off');
  else logger.info({ tookMs }, 'every request was answered, going');
  await app.close();
}
