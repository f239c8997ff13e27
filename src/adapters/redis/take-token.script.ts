import { RedisScript } from './redis-script.js';

/**
 * `takeToken` of core, on the server, in one step and by the server's clock: it is the only one that every process shares.
 * What is kept is the microsecond in which the bucket will be full, and it is forgotten then. KEYS: the bucket. ARGV:
 * microseconds a token takes, microseconds a full bucket is worth. The answer: 1 when it was taken, microseconds until
 * there is a token, microseconds until it is full.
 */
export const takeTokenScript = new RedisScript(`
local token, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or now) or now
local debt = math.min(math.max(full_at - now, 0), capacity)
local retry_after = debt + token - capacity
if retry_after > 50 then return {0, math.ceil(retry_after), math.ceil(debt)} end
local full_in = debt + token
redis.call('SET', KEYS[1], string.format('%.0f', now + full_in), 'PX', math.max(1, math.ceil(full_in / 1000)))
return {1, 0, math.ceil(full_in)}`);
