// Each case tells the rows that it fills (`rows`), what a library must have for it (`needs`), how often it is measured, each
// time in a process of its own (`launches`), and what becomes a cell: a text, a value for the chart, and our bar.
import crowd from './crowd.mjs';
import deadOrigin from './dead-origin.mjs';
import eightProcesses from './eight-processes.mjs';
import hit from './hit.mjs';
import hungRedis from './hung-redis.mjs';
import memory from './memory.mjs';
import redisTier from './redis-tier.mjs';
import spread from './spread.mjs';
import staleHit from './stale-hit.mjs';

export const cases = {
  hit,
  'stale-hit': staleHit,
  crowd,
  'eight-processes': eightProcesses,
  'dead-origin': deadOrigin,
  'hung-redis': hungRedis,
  'redis-tier': redisTier,
  memory,
  spread,
};
