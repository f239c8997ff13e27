import { RequestInvalidError } from '../../../platform/http/index.js';
import { periodQuery, readPeriod } from './read-period.js';

const now = Date.parse('2026-02-01T12:00:00Z');
const dayMs = 86_400_000;

describe('the period of a report (NA-8)', () => {
  it.each([
    ['the last day', {}, [now - dayMs, now]],
    ['until now', { from: '2026-01-31T00:00:00Z' }, [Date.parse('2026-01-31T00:00:00Z'), now]],
    ['a day before', { to: '2026-01-31T00:00:00Z' }, [Date.parse('2026-01-30Z'), Date.parse('2026-01-31Z')]],
    [
      '92 days',
      { from: '2025-01-01T00:00:00Z', to: '2025-04-03T00:00:00.000Z' },
      [Date.parse('2025-01-01Z'), Date.parse('2025-04-03Z')],
    ],
  ])('is %s', (_, query, [fromMs, toMs]) => {
    expect(readPeriod(periodQuery.parse(query), now)).toEqual({ fromMs, toMs });
  });

  it.each([
    ['before it begins', { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }],
    ['as it begins', { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }],
    ['now, and begins later', { from: '2026-02-01T12:00:00.001Z' }],
    ['more than 92 days later', { from: '2025-01-01T00:00:00Z', to: '2025-04-03T00:00:00.001Z' }],
  ])('does not end %s: the fault names its field', (_, query) => {
    const refused = () => readPeriod(periodQuery.parse(query), now);
    expect(refused).toThrow(RequestInvalidError);
    expect(refused).toThrow(/^from: /);
  });

  it.each([
    'yesterday',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+01:00',
    '2026-02-30T00:00:00Z',
  ])('is of moments in UTC: not %s', (from) => {
    const { error } = periodQuery.safeParse({ from });
    expect(error!.issues.map(({ path }) => path)).toEqual([['from']]);
  });
});
