import type { Server } from 'node:http';
import type { OpenConnections } from './open-connections.js';

const lookEveryMs = 50;

/**
 * Closes the port, and each connection as soon as its last answer is out. What is still under way after `withinMs` is
 * cut off: nobody waits for a request that may never end.
 * @returns how long it took, and whether anything was cut off
 */
export async function drainServer(
  server: Server,
  connections: OpenConnections,
  withinMs: number,
): Promise<{ tookMs: number; wasCut: boolean }> {
  const start = performance.now();
  let wasCut = false;
  if (!server.listening) return { tookMs: 0, wasCut };
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection that was busy when the port closed becomes idle later, and would live on for its keep-alive.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    connections.closeUnused();
  }, lookEveryMs);
  const cut = setTimeout(() => {
    wasCut = true;
    server.closeAllConnections();
  }, withinMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
  return { tookMs: Math.round(performance.now() - start), wasCut };
}
