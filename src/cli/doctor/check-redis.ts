import { lookAtRedis } from '../../platform/cache/index.js';
import type { Settings } from '../../platform/config/index.js';
import { ok, warn, type Found } from './finding.js';

/** It is there, new enough, and gives up what is least needed. */
export async function checkRedis({ redis, cache }: Settings, signal: AbortSignal): Promise<Found> {
  if (redis.url === null) return ok('not configured: everything goes on without it');
  if (!cache.switches.redis) return ok('switched off by ENABLE_REDIS_CACHE');
  const { version, fault, policy, tookMs } = await lookAtRedis(redis.url, signal);
  const told = `Redis ${version ?? '(it does not tell its version)'} answers in ${tookMs.toFixed(1)} ms`;
  if (fault !== null) return warn(`${told}: ${fault}`, 'upgrade it');
  if (policy === null)
    return warn(
      `${told}; it does not tell its maxmemory-policy`,
      `see to it where it is managed that it is ${redis.evictionPolicy}`,
    );
  if (policy !== redis.evictionPolicy)
    return warn(
      `${told}; its maxmemory-policy is ${policy}, and ${redis.evictionPolicy} is wanted`,
      `CONFIG SET maxmemory-policy ${redis.evictionPolicy}, or CACHE_EVICTION_POLICY_APPLY=true, or CACHE_EVICTION_POLICY=${policy} if it is meant`,
    );
  return ok(`${told}, ${policy}`);
}
