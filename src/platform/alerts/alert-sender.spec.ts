import { VirtualClock } from '../../testing/virtual-clock.js';
import { createLogger } from '../observability/index.js';
import { DeliveryFailure } from './alert-channel.js';
import { AlertSender } from './alert-sender.js';
import type { Alert } from './alert.js';

const alertOf = (id: string): Alert => ({
  id,
  kind: 'outage',
  namespace: 'model-config',
  ageMs: 3_600_000,
  alarmMs: 3_600_000,
  confirmedAt: '2026-01-01T00:00:00.000Z',
  at: '2026-01-01T01:00:00.000Z',
  reasons: ['postgres-unreachable:config'],
});
const passing = new DeliveryFailure('answered 500', true);
const lasting = new DeliveryFailure('answered 404', false);

describe('AlertSender (MC-21)', () => {
  let clock: VirtualClock;
  let log: string;
  let attempts: string[];
  /** What becomes of each attempt; the last goes for all that follow. */
  let fates: (Error | 'taken' | 'silence')[];
  let sender: AlertSender;

  beforeEach(() => {
    clock = new VirtualClock();
    log = '';
    attempts = [];
    fates = ['taken'];
    const send = ({ id }: Alert): Promise<void> => {
      attempts.push(id);
      const fate = fates.length > 1 ? fates.shift()! : fates[0]!;
      if (fate === 'silence') return new Promise(() => undefined);
      return fate === 'taken' ? Promise.resolve() : Promise.reject(fate);
    };
    const write = (line: string) => void (log += line);
    sender = new AlertSender({ name: 'a channel', send }, clock, createLogger('info', { write }));
  });

  const counts = () => ({ delivered: sender.delivered, failed: sender.failed });

  it('brings an alert once where it is taken', async () => {
    sender.send(alertOf('a'));
    await clock.advance(60_000);
    expect([attempts, counts(), log]).toEqual([['a'], { delivered: 1, failed: 0 }, '']);
  });

  it('tries again after 1, 4 and 16 s, then gives up with one line', async () => {
    fates = [passing];
    sender.send(alertOf('a'));
    const at: number[] = [];
    for (let second = 0; second <= 60; second++) {
      await clock.advance(second === 0 ? 0 : 1_000);
      at.push(attempts.length);
    }
    expect([at[0], at[1], at[4], at[5], at[20], at[21], at[60]]).toEqual([1, 2, 2, 3, 3, 4, 4]);
    expect(counts()).toEqual({ delivered: 0, failed: 1 });
    expect(log.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(log)).toMatchObject({ level: 'error', channel: 'a channel', reason: 'answered 500' });
  });

  it('does not repeat what will fail again', async () => {
    fates = [lasting];
    sender.send(alertOf('a'));
    await clock.advance(60_000);
    expect([attempts, sender.failed]).toEqual([['a'], 1]);
  });

  it('waits 5 s for an answer that never comes, and brings the next alert after it', async () => {
    fates = ['silence', 'taken'];
    sender.send(alertOf('a'));
    sender.send(alertOf('b'));
    await clock.advance(4_999);
    expect(attempts).toEqual(['a']);
    await clock.advance(2_000);
    expect([attempts, counts()]).toEqual([['a', 'a', 'b'], { delivered: 2, failed: 0 }]);
  });

  it('logs nothing of what a channel throws that is none of ours: it may quote an address', async () => {
    fates = [new Error('cannot reach https://user:hush@example.org')];
    sender.send(alertOf('a'));
    await clock.advance(60_000);
    expect(log).toContain('it could not be sent');
    expect(log).not.toContain('hush');
  });

  it('keeps at most 100 waiting', async () => {
    fates = ['silence'];
    for (let at = 0; at < 150; at++) sender.send(alertOf(`${at}`));
    expect(sender.failed).toBe(50);
    expect(log).toContain('too many alerts wait');
    const flushed = sender.flush(10);
    await clock.advance(10);
    await flushed;
  });

  describe('at the end of the process', () => {
    it('waits for an alert that is on its way', async () => {
      sender.send(alertOf('a'));
      await sender.flush(2_000);
      expect(counts()).toEqual({ delivered: 1, failed: 0 });
    });

    it('tries what waits for its next attempt at once, and once', async () => {
      fates = [passing];
      sender.send(alertOf('a'));
      await clock.advance(100);
      await sender.flush(2_000);
      expect([attempts, counts()]).toEqual([['a', 'a'], { delivered: 0, failed: 1 }]);
    });

    it('waits 2 s and no longer for an answer that never comes', async () => {
      fates = ['silence'];
      sender.send(alertOf('a'));
      let isOver = false;
      const flushed = sender.flush(2_000).then(() => (isOver = true));
      await clock.advance(1_999);
      expect(isOver).toBe(false);
      await clock.advance(1);
      await flushed;
      expect(log).toContain('the process ended');
    });
  });
});
