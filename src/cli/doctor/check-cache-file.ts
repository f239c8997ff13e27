import { checkCacheFile as look } from '../../adapters/disk/check-cache-file.js';
import type { Settings } from '../../platform/config/index.js';
import { fail, ok, type Found } from './finding.js';

/** The last known good can be read, should everything else be gone. */
export async function checkCacheFile({ dataDir, cache }: Settings): Promise<Found> {
  if (cache.diskMaxBytes === null) return ok('switched off by CACHE_DISK_MAX_BYTES');
  const fault = await look(dataDir);
  if (fault === undefined) return ok('there is none yet');
  if (fault === null) return ok('cache.sqlite is whole');
  return fail(
    `cache.sqlite is damaged: ${fault}`,
    'nothing has to be done by hand: the next start sets it aside, and keeps what can still be read',
  );
}
