import { serverUrl } from '../server-client.js';
import { describeCause } from '../describe-cause.js';
import type { Settings } from '../../platform/config/index.js';
import { fail, ok, warn, type Found } from './finding.js';

/** Of a server that runs: is it ready, and does anything go on without something? */
export async function checkServer(settings: Settings, signal: AbortSignal): Promise<Found> {
  const url = serverUrl(settings);
  let reply: Response;
  try {
    reply = await fetch(new URL('/health/ready', url), { signal });
  } catch (error) {
    const told = `nothing answers at ${url}: ${describeCause(error)}`;
    // That one was named says that it should run.
    return settings.client.url === null
      ? ok(`${told}; it is not running, or not on this machine`)
      : fail(told, 'start it, or correct LASTGOOD_URL');
  }
  const { mode, detail } = (await reply.json().catch(() => ({}))) as { mode?: string; detail?: string };
  if (reply.status === 503)
    return fail(
      `${url} runs and is not ready: ${detail ?? 'it does not say why'}`,
      'its log says what it waits for',
    );
  if (!reply.ok || mode === undefined)
    return warn(`what answers at ${url} is no Lastgood (${reply.status})`, 'correct PORT, or LASTGOOD_URL');
  if (mode !== 'ok')
    return warn(
      `${url} is ready, and ${mode}`,
      `GET ${url}/health with a key says what is wrong, and since when`,
    );
  return ok(`${url} is ready, and nothing is degraded`);
}
