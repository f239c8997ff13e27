import { SystemClock } from '../../../dist/src/adapters/system/system-clock.js';
import { Reader, StaleWhileRevalidateCache } from '../../../dist/src/core/index.js';
import { modelConfigDefaults } from '../../../dist/src/features/model-config/model-config.policy.js';

const report = () => undefined;

export default {
  name: 'lastgood',
  options: {
    memory:
      'the policy of model configuration: a value past its maxAge is served at once, for as long as its origin fails',
    redis: 'memory, Redis and the lock, as a namespace of the service has them; the service’s own deadlines',
  },
  elsewhere: { spread: 'fleet' },
  dataOf: (read) => read.data,
  memory(origin, { ttlMs }) {
    const clock = new SystemClock();
    const cache = new StaleWhileRevalidateCache({
      clock,
      policy: { ...modelConfigDefaults, maxAgeMs: ttlMs },
    });
    const load = async (key) => ({ value: await origin(key) });
    const reader = new Reader({ namespace: 'bench', clock, report, cache, origin: { load } });
    return { get: (key) => reader.get(key) };
  },
  async tiers(origin, { url, ttlMs, isPatient }) {
    const { tieredReader } = await import('../../support/tiered.mjs');
    const policy = { maxAgeMs: ttlMs };
    const rig = await tieredReader({ url, load: origin, policy, isPatient });
    return { get: (key) => rig.reader.get(key), forget: (key) => rig.cache.delete(key), close: rig.stop };
  },
  /** Reads go through memory: it forgets between two of them. */
  redis(origin, settings) {
    return this.tiers(origin, { ...settings, isPatient: true });
  },
};
