import { LogTrimmer } from '../src/platform/cache/log-trimmer.js';
import { TestApp } from './support/test-app.js';

describe('how long the log of the catalogue is kept while it is trimmed (CO-8, CO-13)', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });
  afterAll(() => lastgood.dispose());

  /** Versions that are left of three: of so many days ago, and of now. */
  const leftOf = async (daysAgo: number) => {
    for (let at = 0; at < 3; at++) {
      const body = { scope: 'book:7', reason: 'a test' };
      const { status } = await lastgood.ask('/admin/cache/catalog/invalidate', {
        method: 'POST',
        as: 'admin',
        body,
      });
      expect(status).toBe(200);
    }
    await lastgood.sql(
      `UPDATE lastgood.change_log SET at = at - $1 * interval '1 day' WHERE stream = 'catalog'
       AND version < (SELECT max(version) FROM lastgood.change_log WHERE stream = 'catalog')`,
      [daysAgo],
    );
    await lastgood.app.get(LogTrimmer).trim();
    const [row] = await lastgood.sql<{ left: number }>(
      `SELECT count(DISTINCT version)::int AS left FROM lastgood.change_log WHERE stream = 'catalog'`,
    );
    return row!.left;
  };

  it('is what views are kept for, and longer where an operator has them served for longer in a long outage', async () => {
    expect(await leftOf(3)).toBe(2);
    const body = { policy: { staleIfErrorMs: 7 * 86_400_000 } };
    const set = await lastgood.ask('/admin/cache/catalog/settings', { method: 'PUT', as: 'admin', body });
    expect(set.status).toBe(200);
    // Together with the two that were left, and are of three days ago now.
    expect(await leftOf(3)).toBe(5);
  });
});
