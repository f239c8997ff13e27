import { SignalsExpiredError } from '../src/features/signals/reading/signals-expired.error.js';
import { SignalsNotReadyError } from '../src/features/signals/reading/signals-not-ready.error.js';
import type { VirtualClock } from '../src/testing/index.js';
import type { ScriptedSource } from './support/scripted-source.js';
import { caught, SignalDesk } from './support/signal-desk.js';
import type { SignalReplica } from './support/signal-replica.js';

describe('SignalService.require', () => {
  let clock: VirtualClock;
  let source: ScriptedSource;
  let replica: SignalReplica;
  let iso: SignalDesk['iso'];
  let push: SignalDesk['push'];
  let get: SignalDesk['get'];
  let over: SignalDesk['over'];

  beforeEach(() => {
    ({ clock, source, replica, iso, push, get, over } = new SignalDesk());
  });

  it('gives all values of an inference at one instant, with what goes into its record (SI-4)', async () => {
    await push('g1', 10_000);
    const inputs = await replica.service.require([
      { type: 'pushed', id: 'g1' },
      { type: 'pulled', id: 'g1' },
      { type: 'pushed', id: 'g1' },
    ]);
    expect(inputs.signals).toHaveLength(2);
    expect(inputs.value('pulled', 'g1')).toEqual({ at: iso(), price: 2 });
    expect(() => inputs.value('pulled', 'g2')).toThrow(RangeError);
    expect(inputs.record()).toEqual({
      at: iso(),
      validUntil: iso(-50_000),
      signals: [
        { type: 'pushed', id: 'g1', observedAt: iso(10_000), ageMs: 10_000, limitMs: 60_000 },
        { type: 'pulled', id: 'g1', observedAt: iso(), ageMs: 0, limitMs: 60_000 },
      ],
    });
    expect(JSON.parse(JSON.stringify(inputs))).toMatchObject({
      at: iso(),
      signals: [{ type: 'pushed' }, { type: 'pulled' }],
    });
  });

  it('a value that expires between check and use does not get through (SI-4)', async () => {
    await push('g1', 10_000);
    await push('g2', 20_000);
    const inputs = await replica.service.require([
      { type: 'pushed', id: 'g1' },
      { type: 'pushed', id: 'g2' },
    ]);
    await clock.advance(39_999);
    inputs.assertFresh();
    await clock.advance(1);
    expect(() => inputs.assertFresh()).toThrow(SignalsExpiredError);
    expect(() => inputs.assertFresh()).toThrow('pushed "g2": signal-expired, 60000 ms old of 60000 ms');
    expect(inputs.value('pushed', 'g1')).toBeDefined();
    expect(() => inputs.value('pushed', 'g2')).toThrow(SignalsExpiredError);
    await clock.advance(10_000);
    const error = (() => {
      try {
        inputs.assertFresh();
      } catch (thrown) {
        return thrown;
      }
      return null;
    })();
    expect(error).toMatchObject({ code: 'signals-expired', offences: [{ id: 'g1' }, { id: 'g2' }] });
    expect(replica.get('pushed').counters.expired).toBe(5);
  });

  it('lists every offender with why, its age and its limit (SI-4)', async () => {
    await push('old', 30_000);
    await push('good');
    await clock.advance(30_000);
    source.text = () => null;
    const refs = [
      { type: 'pushed', id: 'good' },
      { type: 'pushed', id: 'old' },
      { type: 'pushed', id: 'none' },
      { type: 'pulled', id: 'g1' },
    ];
    const error = await caught(replica.service.require(refs));
    expect(error).toBeInstanceOf(SignalsNotReadyError);
    expect(error).toMatchObject({
      code: 'signals-not-ready',
      offences: [
        { type: 'pushed', id: 'old', code: 'signal-expired', ageMs: 60_000, limitMs: 60_000 },
        { type: 'pushed', id: 'none', code: 'signal-missing', ageMs: null, limitMs: null },
        { type: 'pulled', id: 'g1', code: 'signal-source-failed', ageMs: null, limitMs: null },
      ],
    });
  });

  it('what went past its limit while another one was waited for is asked for once more (SI-4)', async () => {
    source.text = () => JSON.stringify({ at: iso() });
    await get('pulled', 'g1');
    await clock.advance(58_000);
    source.answersInMs = 3_000;
    const required = replica.service.require([
      { type: 'pulled', id: 'g1' },
      { type: 'pulled', id: 'g2' },
    ]);
    const inputs = await over(required, 6_000);
    expect(source.asked).toHaveLength(3);
    expect(inputs.signals.map(({ ageMs }) => ageMs)).toEqual([3_000, 6_000]);
  });

  it('what goes past its limit while that is waited for is an offender (SI-4)', async () => {
    await push('late', 55_000);
    await get('pulled', 'g1');
    await clock.advance(100);
    replica.get('pulled').reader.cache.entry('pulled:g1')!.confirmedAt -= 58_000;
    source.answersInMs = 3_000;
    const refs = [
      { type: 'pulled', id: 'g1' },
      { type: 'pulled', id: 'g2' },
      { type: 'pushed', id: 'late' },
    ];
    const error = await over(caught(replica.service.require(refs)), 6_000);
    expect(error).toMatchObject({ offences: [{ type: 'pushed', id: 'late', code: 'signal-expired' }] });
    expect(replica.get('pushed').counters.expired).toBe(1);
  });

  it('what fails when it is asked for once more is an offender (SI-4)', async () => {
    await push('late', 59_000);
    source.answersInMs = 3_000;
    const refs = [
      { type: 'pulled', id: 'g1' },
      { type: 'pushed', id: 'late' },
    ];
    const error = await over(caught(replica.service.require(refs)), 3_000);
    expect(error).toMatchObject({ offences: [{ id: 'late', code: 'signal-expired', ageMs: 62_000 }] });
  });

  it('the strictest of several wishes for one signal counts (SI-4)', async () => {
    await push('g1', 10_000);
    const refs = [
      { type: 'pushed', id: 'g1' },
      { type: 'pushed', id: 'g1', maxAgeMs: 15_000 },
      { type: 'pushed', id: 'g1', maxAgeMs: 50_000 },
    ];
    const inputs = await replica.service.require(refs);
    expect(inputs.signals).toMatchObject([{ limitMs: 15_000 }]);
    await clock.advance(5_000);
    expect(() => inputs.assertFresh()).toThrow(SignalsExpiredError);
  });

  it('takes 1 to 100 signals, and tells what is no reference before all else (SI-4)', async () => {
    await expect(replica.service.require([])).rejects.toThrow(RangeError);
    const many = Array.from({ length: 101 }, (_, n) => ({ type: 'pushed', id: `g${n}` }));
    await expect(replica.service.require(many)).rejects.toThrow('An inference has 1 to 100 signals, got 101');
    await expect(replica.service.require([{ type: 'none', id: 'g' }])).rejects.toMatchObject({
      code: 'signal-type-unknown',
    });
    const wrong = [
      { type: 'pushed', id: 'g' },
      { type: 'pushed', id: '!' },
    ];
    await expect(replica.service.require(wrong)).rejects.toMatchObject({ code: 'signal-id-invalid' });
  });

  it('many offenders are all listed, and not all of them in the message (SI-4)', async () => {
    const refs = Array.from({ length: 12 }, (_, n) => ({ type: 'pushed', id: `g${n}` }));
    const error = (await caught(replica.service.require(refs))) as SignalsNotReadyError;
    expect(error.offences).toHaveLength(12);
    expect(error.message).toContain('; and 2 more');
  });
});
