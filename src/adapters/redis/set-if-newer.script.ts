import { RedisScript } from './redis-script.js';

/**
 * Stores an envelope unless what is held supersedes it: `supersedes` of core, on the server, in one step. Both are
 * judged by the facts at their beginning; what has none that can be read is replaced. KEYS: where it goes, and where its
 * counterpart would be (a value's absence, an absence's value), which goes with it. ARGV: the envelope, and how long it
 * is kept in ms, `''` for ever, and `currentFrom` of `SetOptions`, `''` for by version. 1 when it was stored, 0 when it is older.
 */
export const setIfNewer = new RedisScript(`
local function facts_of(read)
  local line = read(0, 63)
  if type(line) ~= 'string' then return nil end
  local _, line_end, head_bytes = string.find(line, '^lastgood:%d+ %x+ (%d+) %d+ %l+\\n')
  if not line_end or tonumber(head_bytes) > 1048576 then return nil end
  local is_json, facts = pcall(cjson.decode, read(line_end, line_end + head_bytes - 1))
  if not is_json or type(facts) ~= 'table' then return nil end
  if type(facts.confirmedAt) ~= 'number' or type(facts.left) ~= 'table' then return nil end
  facts.broughtAt = facts.absent and facts.confirmedAt or facts.storedAt
  if type(facts.broughtAt) ~= 'number' then return nil end
  if facts.asOf == cjson.null then
    facts.asOf = nil
  elseif type(facts.asOf) ~= 'table' or type(facts.asOf.epoch) ~= 'string' or type(facts.asOf.version) ~= 'number' then
    return nil
  end
  return facts
end

local function held_at(key)
  return facts_of(function(from, to) return redis.pcall('GETRANGE', key, from, to) end)
end

local current_from = tonumber(ARGV[3])

local function supersedes(candidate, held)
  if candidate.asOf and held.asOf then
    if candidate.asOf.epoch ~= held.asOf.epoch then
      for _, epoch in ipairs(held.left) do
        if epoch == candidate.asOf.epoch then return false end
      end
      return true
    end
    if current_from then
      local is_current = candidate.asOf.version >= current_from
      if is_current ~= (held.asOf.version >= current_from) then return is_current end
    elseif candidate.asOf.version ~= held.asOf.version then
      return candidate.asOf.version > held.asOf.version
    end
  end
  if current_from and candidate.absent ~= held.absent then return candidate.broughtAt >= held.broughtAt end
  return candidate.confirmedAt >= held.confirmedAt
end

local candidate = facts_of(function(from, to) return string.sub(ARGV[1], from + 1, to + 1) end)
if not candidate then return redis.error_reply('ERR not an envelope') end
for _, key in ipairs(KEYS) do
  local held = held_at(key)
  if held and not supersedes(candidate, held) then return 0 end
end
if ARGV[2] == '' then
  redis.call('SET', KEYS[1], ARGV[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
redis.call('UNLINK', KEYS[2])
return 1`);
