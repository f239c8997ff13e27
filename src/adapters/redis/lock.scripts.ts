import { RedisScript } from './redis-script.js';

/** KEYS: the lock. ARGV: the token, ms. 1 when the token still holds it. */
export const renewLock = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);

/**
 * KEYS: the lock. ARGV: the token, the channel on which those who wait listen. Where publishing is forbidden, they find
 * out by themselves.
 */
export const releaseLock = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.pcall('PUBLISH', ARGV[2], KEYS[1])
return 1`);
