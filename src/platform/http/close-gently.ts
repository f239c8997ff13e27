import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Draining } from './draining.js';

/** How long a load balancer has to notice, by `/health/ready`, before the port closes. */
const noticeMs = 1_000;
/** In all: what is still under way then is cut off. */
const closeWithinMs = 8_000;
const lookEveryMs = 50;

/**
 * Ends the application so that no request fails: for a moment it says that it is going and serves on, then it closes
 * the port and each connection as soon as its last answer is out, and after `closeWithinMs` whatever is left.
 * @param notice whether anybody has to be told, as on SIGTERM; on Ctrl-C nobody has
 */
export async function closeGently(app: NestFastifyApplication, notice: boolean): Promise<void> {
  app.get(Draining).begin();
  if (notice) await delay(noticeMs);
  const server = app.getHttpServer();
  const closing = new AbortController();
  const { signal } = closing;
  const closed = app.close().finally(() => closing.abort());
  // A connection that was busy when the port closed becomes idle later, and would live on for its keep-alive.
  const sweep = setInterval(() => server.closeIdleConnections(), lookEveryMs);
  const cut = delay(closeWithinMs, undefined, { signal }).then(
    () => server.closeAllConnections(),
    () => undefined,
  );
  try {
    await closed;
  } finally {
    clearInterval(sweep);
    await cut;
  }
}
