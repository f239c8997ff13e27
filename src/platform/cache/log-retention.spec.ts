import { parseConfig } from '../config/index.js';
import { logRetentionMs } from './log-retention.js';

const dayMs = 86_400_000;

describe('how long changes are kept (CO-13)', () => {
  it('is a day longer than any tier keeps a value', () => {
    const settings = parseConfig({ TTL_DAYS: '10', STALE_DAYS: '1' });
    expect(logRetentionMs('config', 0, settings)).toBe(11 * dayMs);
    expect(logRetentionMs('cache', 0, settings)).toBe(11 * dayMs);
  });

  it('is a day longer than the longest maxAge and the staleness of a view for the catalogue, which grows by every event', () => {
    expect(logRetentionMs('catalog', dayMs, parseConfig({}))).toBe(2 * dayMs + 3_600_000);
    const long = parseConfig({ DCS_CACHE_PUBLISHER_TTL: '604800' });
    expect(logRetentionMs('catalog', dayMs, long)).toBe(9 * dayMs);
    const short = parseConfig({ TTL_DAYS: '1', STALE_DAYS: '1', DCS_CACHE_PUBLISHER_TTL: '604800' });
    expect(logRetentionMs('catalog', dayMs, short)).toBe(2 * dayMs);
  });

  it('grows with what an operator has views served for, up to what tiers keep', () => {
    const settings = parseConfig({ TTL_DAYS: '10' });
    expect(logRetentionMs('catalog', 7 * dayMs, settings)).toBe(8 * dayMs + 3_600_000);
    expect(logRetentionMs('catalog', Number.POSITIVE_INFINITY, settings)).toBe(11 * dayMs);
  });
});
