import { LlmRig } from '../../../test/support/llm-rig.js';
import type { LlmMisbehaviour } from '../../testing/llm-misbehaviour.js';

const other = { modelId: 'another/model' };

describe('a model that fails again and again (LE-2)', () => {
  let rig: LlmRig;
  beforeEach(async () => {
    rig = await LlmRig.start();
  });
  afterEach(() => rig.close());

  const failTimes = async (times: number, mode: LlmMisbehaviour = 'fail') => {
    rig.upstream.behave(mode, { times, model: 'some/model' });
    for (let time = 0; time < times; time++) await rig.failure();
  };
  const outcome = async () => (await rig.failure()).failure;

  it('is not asked for half a minute after five failures in a row, and the others are (LE-2)', async () => {
    await failTimes(5);
    expect(await rig.failure()).toMatchObject({ failure: 'breaker-open', attempts: [] });
    rig.skip(29_000);
    expect(await outcome()).toBe('breaker-open');
    expect((await rig.ask(other)).servedModel).toBe(other.modelId);
    expect(rig.upstream.calls).toHaveLength(6);
  });

  it('is asked again by one call after half a minute, and by all when that is answered (LE-2)', async () => {
    await failTimes(5);
    rig.skip(31_000);
    rig.upstream.behave({ kind: 'slow', delayMs: 200 }, { times: 1 });
    const probe = rig.ask();
    await rig.upstream.received(6);
    expect(await outcome()).toBe('breaker-open');
    await probe;
    await Promise.all([rig.ask(), rig.ask()]);
  });

  it('is left alone for another half minute when that call fails (LE-2)', async () => {
    await failTimes(5);
    rig.skip(31_000);
    await failTimes(1);
    expect(await outcome()).toBe('breaker-open');
    rig.skip(31_000);
    await rig.ask();
  });

  it('is asked by the next call when the one that found out was given up by its caller (LE-2)', async () => {
    await failTimes(5);
    rig.skip(31_000);
    rig.upstream.behave('hang', { times: 1 });
    const caller = new AbortController();
    const probe = rig.ask({ signal: caller.signal });
    await rig.upstream.received(6);
    caller.abort('gone');
    await expect(probe).rejects.toBe('gone');
    rig.upstream.behave({ kind: 'slow', delayMs: 200 }, { times: 1 });
    const next = rig.ask();
    await rig.upstream.received(7);
    expect(await outcome()).toBe('breaker-open');
    await next;
    await rig.ask();
  });

  it('ends a call that finds it out with what that met, and without a pause (LE-2)', async () => {
    await failTimes(4);
    rig.upstream.behave({ kind: 'status', status: 503, headers: { 'retry-after': '9' } });
    const { failure, attempts } = await rig.failure({ maxRetries: 2 });
    expect([failure, attempts.length]).toEqual(['upstream-failed', 1]);
  }, 5_000);

  it('ends the calls that pause when another finds it out (LE-2)', async () => {
    rig.upstream.behave({ kind: 'status', status: 503, headers: { 'retry-after': '1' } }, { times: 1 });
    const pausing = rig.failure({ maxRetries: 2 });
    await rig.upstream.received(1);
    await failTimes(5);
    expect(await pausing).toMatchObject({ failure: 'upstream-failed', attempts: [expect.anything()] });
  });

  it('counts hanging as failing (LE-2)', async () => {
    rig.upstream.behave('hang', { times: 5 });
    const hanging = Array.from({ length: 5 }, () => rig.failure({ timeoutMs: 150 }));
    await Promise.all(hanging);
    expect(await outcome()).toBe('breaker-open');
  });

  it.each<LlmMisbehaviour>([
    { kind: 'status', status: 400 },
    { kind: 'status', status: 401 },
    { kind: 'rate-limited' },
    'no-content',
    'endless',
  ])('is not one that answers as %j does: it is asked on (LE-2)', async (mode) => {
    await failTimes(6, mode);
    await rig.ask();
    expect(rig.upstream.calls).toHaveLength(7);
  });

  it('is not one whose callers give up (LE-2)', async () => {
    rig.upstream.behave('hang', { times: 6 });
    const caller = new AbortController();
    const given = Array.from({ length: 6 }, () => rig.ask({ signal: caller.signal }));
    const ended = Promise.allSettled(given);
    await rig.upstream.received(6);
    caller.abort('gone');
    await ended;
    expect((await rig.ask()).attempts).toHaveLength(1);
  });

  it('is not one that answers in between (LE-2)', async () => {
    await failTimes(4);
    await rig.ask();
    await failTimes(4);
    expect((await rig.ask()).attempts).toHaveLength(1);
  });

  it('is not asked for five minutes where the upstream has none of that name, and the others are (LE-1, LE-9)', async () => {
    rig.upstream.behave('retired', { model: 'some/model' });
    expect((await rig.failure()).attempts).toHaveLength(1);
    rig.skip(290_000);
    expect(await rig.failure()).toMatchObject({ failure: 'model-gone', attempts: [] });
    await rig.ask(other);
    expect(rig.upstream.calls.map(({ model }) => model)).toEqual(['some/model', other.modelId]);
    rig.upstream.heal();
    rig.skip(11_000);
    expect((await rig.ask()).servedModel).toBe('some/model');
  });
});
