import { describeAlert } from './describe-alert.js';
import type { ThresholdAlert } from './threshold-alert.js';

const crossed: ThresholdAlert = {
  id: '5f0c1a52-6a6e-4d7e-9f5d-0f7a5d8f4b11',
  kind: 'threshold-crossed',
  namespace: 'signals-odds',
  measure: 'ttl-violations',
  share: 0.02,
  threshold: 0.01,
  at: '2026-01-01T00:00:00.000Z',
};

describe('an alert in words', () => {
  it('says of a share which threshold it is beyond, as a warning (SI-10)', () => {
    expect(describeAlert(crossed)).toEqual({
      level: 'warning',
      message: 'ttl-violations of signals-odds is beyond its threshold',
      facts: { measure: 'ttl-violations', share: 0.02, threshold: 0.01 },
    });
  });

  it('says that it is within again, as information (SI-10)', () => {
    expect(describeAlert({ ...crossed, kind: 'threshold-recovered' })).toMatchObject({
      level: 'info',
      message: 'ttl-violations of signals-odds is within its threshold again',
    });
  });

  it.each([
    ['outage', 'error', 'Stale service of model-config outlasts its alarm'],
    ['recovery', 'info', 'model-config is confirmed again'],
  ] as const)('says what an %s is (MC-21)', (kind, level, message) => {
    const facts = { ageMs: 1, alarmMs: 2, confirmedAt: crossed.at, reasons: [] };
    const alert = { id: crossed.id, kind, namespace: 'model-config', at: crossed.at, ...facts };
    expect(describeAlert(alert)).toEqual({ level, message, facts });
  });
});
