import { randomBytes } from 'node:crypto';
import { askDatabase } from '../../platform/database/ask-database.js';
import { ok, warn, type Found } from './finding.js';

const arrivesWithinMs = 1_000;

/** A notification that one connection sends arrives on another; nobody else listens on its channel. */
export function checkListen(url: string, signal: AbortSignal): Promise<Found> {
  const channel = `lastgood_doctor_${randomBytes(8).toString('hex')}`;
  return askDatabase(url, signal, async (listen, listener) => {
    await listen(`LISTEN ${channel}`);
    let timer: NodeJS.Timeout | undefined;
    const arrived = new Promise<boolean>((resolve) => {
      listener.on('notification', () => resolve(true));
      timer = setTimeout(() => resolve(false), arrivesWithinMs);
    });
    const sentAt = performance.now();
    await askDatabase(url, signal, (ask) => ask('SELECT pg_notify($1, $2)', [channel, '']));
    const hasArrived = await arrived;
    clearTimeout(timer);
    if (hasArrived) return ok(`a notification takes ${(performance.now() - sentAt).toFixed(1)} ms`);
    return warn(
      'a notification did not arrive: a pooler that keeps no sessions stands in between',
      'connect past it, or to its session mode; until then changes arrive by the poll, once a second',
    );
  });
}
