import { examineSettings } from './examine-settings.js';

describe('examineSettings (OP-8)', () => {
  it('tells every fault, and goes on with what is right', () => {
    const { settings, faults, wrong } = examineSettings({
      PORT: '70000',
      REDIS_URL: 'http://x',
      DATABASE_URL: 'postgres://h/d',
    });
    expect(faults).toHaveLength(2);
    expect([...wrong]).toEqual(['PORT', 'REDIS_URL']);
    expect(settings).toMatchObject({
      http: { port: 3000 },
      redis: { url: null },
      database: { url: 'postgres://h/d' },
    });
  });

  it('tells faults that only the rest of them shows', () => {
    const { faults, settings } = examineSettings({ PORT: 'x', TTL_DAYS: '1', STALE_DAYS: '2' });
    expect(faults).toEqual([expect.stringMatching(/^PORT: /), expect.stringMatching(/^TTL_DAYS: /)]);
    expect(settings.cache.maxTtlMs).toBeGreaterThan(settings.cache.staleAfterMs);
  });

  it('hints at a setting that is not set, where a name is near it', () => {
    const { hints, faults } = examineSettings({ REDIS_URI: 'redis://:hunter2@h', DATABASE_URI: '' });
    expect([hints, faults]).toEqual([['REDIS_URI is nothing that we read: REDIS_URL?'], []]);
    expect(examineSettings({ REDIS_URI: 'x', REDIS_URL: 'redis://h' }).hints).toEqual([]);
  });

  it('ends where a fault is of what is not set', () => {
    const { faults, settings } = examineSettings({ JWT_SECRET: 'x'.repeat(40) });
    expect(faults.length).toBeGreaterThan(0);
    expect(settings.access.jwt).toBeNull();
  });
});
