import {
  Reader,
  StaleWhileRevalidateCache,
  Stream,
  type LastgoodEvent,
  type Policy,
} from '../../core/index.js';
import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { DegradedState } from './degraded-state.js';

const policy: Policy = {
  maxAgeMs: 10_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};
const staleAlarmMs = 60_000;
const feedFailed: LastgoodEvent = { type: 'feed-failed', stream: 'config', error: new Error('refused') };
const feedAnswered: LastgoodEvent = { type: 'feed-answered', stream: 'config' };
const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const ok = { status: 'ok', since: null, reasons: [] };

describe('DegradedState (MC-20)', () => {
  let clock: VirtualClock;
  let state: DegradedState;
  let origin: FakeOrigin<string>;

  /** A namespace as the process has it: its reader tells the state of its loads. */
  const watch = (
    namespace: string,
    over: { readonly optional?: true; readonly limits?: Partial<Policy> } = {},
  ) => {
    const limited = { ...policy, ...over.limits };
    const cache = new StaleWhileRevalidateCache<string>({
      clock,
      policy: limited,
      stream: new Stream('none'),
    });
    const reader = new Reader({ namespace, clock, report: state.fold, cache, origin, random: () => 0 });
    state.watch({ namespace, read: () => reader.describe('k'), staleAlarmMs, ...over });
    return reader;
  };

  beforeEach(() => {
    clock = new VirtualClock();
    state = new DegradedState(clock);
    origin = new FakeOrigin('value');
  });

  it('is critical and serves nothing before the first load, then ok', async () => {
    const reader = watch('model-config');
    expect(state.view()).toMatchObject({ status: 'critical', reasons: ['nothing-to-serve:model-config'] });
    expect(state.canServe()).toBe(false);
    await reader.refresh('k');
    expect(state.view()).toEqual(ok);
    expect([state.canServe(), state.isOk()]).toEqual([true, true]);
  });

  it('is degraded from the first failed poll on, while everything is fresh still', async () => {
    const reader = watch('model-config');
    await reader.refresh('k');
    await clock.advance(1_000);
    state.fold(feedFailed);
    await clock.advance(2_000);
    state.fold(feedFailed);
    expect(state.view()).toEqual({
      status: 'degraded',
      since: at(1_000),
      reasons: ['postgres-unreachable:config'],
    });
    expect(reader.describe('k')).toMatchObject({ isStale: false });
    expect([state.canServe(), state.isOk()]).toEqual([true, false]);
    state.fold(feedAnswered);
    expect(state.view()).toEqual(ok);
  });

  it('says stale by the band, critical past the alarm, and since when it is degraded throughout', async () => {
    const reader = watch('model-config');
    await reader.refresh('k');
    origin.fail(new Error('refused'));
    state.fold(feedFailed);
    await clock.advance(10_000);
    await reader.get('k');
    await clock.advance(0);
    expect(state.view()).toMatchObject({
      status: 'degraded',
      since: at(0),
      reasons: ['load-failed:model-config', 'postgres-unreachable:config', 'stale:model-config'],
    });
    await clock.advance(49_999);
    expect(state.view().status).toBe('degraded');
    await clock.advance(1);
    expect(state.view()).toMatchObject({ status: 'critical', since: at(0) });
    expect(state.canServe()).toBe(true);
    origin.answer({ value: 'new' });
    await reader.refresh('k');
    state.fold(feedAnswered);
    expect(state.view()).toEqual(ok);
  });

  it('can serve no longer once what it must serve is past its last limit, and says so (MC-20)', async () => {
    const reader = watch('model-config', { limits: { staleIfErrorMs: 5_000 } });
    await reader.refresh('k');
    state.fold(feedFailed);
    await clock.advance(14_999);
    expect([state.canServe(), state.view().status]).toEqual([true, 'degraded']);
    await clock.advance(1);
    expect(state.canServe()).toBe(false);
    const reasons = ['postgres-unreachable:config', 'stale:model-config', 'too-stale:model-config'];
    expect(state.view()).toMatchObject({ status: 'critical', reasons });
    await reader.refresh('k');
    state.fold(feedAnswered);
    expect([state.canServe(), state.view()]).toEqual([true, ok]);
  });

  it('can serve what is past its last limit only until the load that runs, as after an edit, is done (MC-20)', async () => {
    const reader = watch('model-config', { limits: { staleIfErrorMs: 0 } });
    await reader.refresh('k');
    await clock.advance(10_000);
    expect(reader.describe('k')).toMatchObject({ band: 'expired' });
    expect(state.canServe()).toBe(true);
    origin.fail(new Error('refused'));
    await expect(reader.refresh('k')).rejects.toThrow('refused');
    expect(state.canServe()).toBe(false);
  });

  it('can serve whatever becomes of what is optional', async () => {
    const reader = watch('catalog', { optional: true, limits: { staleIfErrorMs: 0 } });
    await reader.refresh('k');
    state.fold(feedFailed);
    await clock.advance(10_000);
    expect([state.canServe(), state.view().reasons]).toEqual([
      true,
      ['postgres-unreachable:config', 'stale:catalog'],
    ]);
  });

  it('tells of every dependency by its own reason, and ends when the last one is back', () => {
    state.fold(feedFailed);
    state.fold({ ...feedFailed, stream: 'access' });
    state.fold({ type: 'feed-ignored', stream: 'config' });
    expect(state.view().reasons).toEqual([
      'postgres-standby:config',
      'postgres-unreachable:access',
      'postgres-unreachable:config',
    ]);
    state.fold(feedAnswered);
    expect(state.view().reasons).toEqual(['postgres-unreachable:access']);
    state.fold({ ...feedAnswered, stream: 'access' });
    expect(state.view()).toEqual(ok);
  });

  it('tells one beginning however often it is asked, of what no event tells as well', async () => {
    const reader = watch('model-config');
    await reader.refresh('k');
    await clock.advance(1_000);
    reader.cache.invalidate('k');
    const seen = state.view();
    await clock.advance(5_000);
    expect(seen).toMatchObject({ status: 'degraded', since: at(1_000), reasons: ['stale:model-config'] });
    expect(state.view()).toEqual(seen);
  });

  it('begins anew with each outage', async () => {
    state.fold(feedFailed);
    state.fold(feedAnswered);
    await clock.advance(5_000);
    state.fold(feedFailed);
    expect(state.view().since).toBe(at(5_000));
  });

  it('a step of the wall clock does not rewrite when it began', async () => {
    state.fold(feedFailed);
    await clock.advance(5_000);
    clock.stepWall(3_600_000);
    expect(state.view().since).toBe(at(0));
  });

  it('says that a load fails while the database answers, until one succeeds', async () => {
    const reader = watch('model-config');
    await reader.refresh('k');
    origin.fail(new Error('rows that break a rule'));
    reader.cache.invalidate('k');
    await reader.refresh('k').catch(() => undefined);
    expect(state.view()).toMatchObject({
      status: 'degraded',
      reasons: ['load-failed:model-config', 'stale:model-config'],
    });
    origin.answer({ value: 'valid' });
    await reader.refresh('k');
    expect(state.view()).toEqual(ok);
  });

  it('forgets a failed load once what is held is confirmed, which no load tells', async () => {
    const keys = watch('access', { optional: true });
    await keys.refresh('k');
    state.fold({ type: 'load-failed', namespace: 'access', key: 'k', error: 0, failures: 1, retryInMs: 0 });
    expect(state.isOk()).toBe(true);
    expect(state.view()).toEqual(ok);
  });

  it('forgets a failed load of a namespace that nobody watches within 10 s, though nobody asks again', async () => {
    await watch('model-config').refresh('k');
    const failed = {
      type: 'load-failed',
      namespace: 'items',
      key: 'k',
      error: 0,
      failures: 1,
      retryInMs: 0,
    } as const;
    state.fold(failed);
    expect(state.view()).toMatchObject({ status: 'degraded', reasons: ['load-failed:items'] });
    await clock.advance(4_999);
    state.fold(failed);
    await clock.advance(4_999);
    expect(state.isOk()).toBe(false);
    await clock.advance(1);
    expect(state.isOk()).toBe(true);
  });

  it('what is optional degrades when it is stale, and its absence keeps nobody from serving', async () => {
    await watch('model-config').refresh('k');
    const keys = watch('access', { optional: true });
    expect([state.canServe(), state.isOk(), state.view()]).toEqual([true, true, ok]);
    await keys.refresh('k');
    keys.cache.invalidate('k');
    expect(state.isOk()).toBe(false);
    expect(state.view()).toMatchObject({ status: 'degraded', reasons: ['stale:access'] });
  });
});
