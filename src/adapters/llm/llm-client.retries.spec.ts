import { LlmRig } from '../../../test/support/llm-rig.js';

describe('attempts of a call (LE-2)', () => {
  let rig: LlmRig;
  beforeEach(async () => {
    rig = await LlmRig.start({}, { maxRetryAfterMs: 2_000 });
  });
  afterEach(() => rig.close());

  it.each([
    [0, 1],
    [1, 2],
    [2, 3],
    [9, 3],
  ])('with %p retries allowed there are %p (LE-2)', async (maxRetries, made) => {
    rig.upstream.behave('no-content');
    expect((await rig.failure({ maxRetries })).attempts).toHaveLength(made);
    expect(rig.upstream.calls).toHaveLength(made);
  });

  it('wait for as long as the upstream asks (LE-2)', async () => {
    rig.upstream.behave({ kind: 'rate-limited', retryAfter: 1 }, { times: 1 });
    expect((await rig.ask({ maxRetries: 1 })).attempts).toHaveLength(2);
    const [first, second] = rig.upstream.calls.map(({ receivedAt }) => receivedAt);
    expect(second! - first!).toBeGreaterThanOrEqual(990);
  });

  it('wait where the upstream fails and says for how long, too (LE-2)', async () => {
    rig.upstream.behave({ kind: 'status', status: 503, headers: { 'retry-after': '60' } });
    expect((await rig.failure({ maxRetries: 2 })).attempts).toHaveLength(1);
  });

  it.each([
    ['a number of seconds above the cap', '3', 10_000],
    ['a date beyond the cap', new Date(Date.now() + 3_600_000).toUTCString(), 10_000],
    ['a number of seconds that the deadline does not leave', '2', 1_500],
  ])('are over at once for who is told to wait for %s (LE-2)', async (_, retryAfter, timeoutMs) => {
    rig.upstream.behave({ kind: 'rate-limited', retryAfter });
    const { failure, attempts } = await rig.failure({ maxRetries: 2, timeoutMs });
    expect([failure, attempts.length]).toEqual(['rate-limited', 1]);
  });

  it('go on at once after a date that has passed (LE-2)', async () => {
    rig.upstream.behave({ kind: 'rate-limited', retryAfter: 'Thu, 01 Jan 2026 00:00:00 GMT' }, { times: 1 });
    expect((await rig.ask({ maxRetries: 1 })).attempts).toHaveLength(2);
  });

  it('share one deadline, whatever each of them meets (LE-2)', async () => {
    rig.upstream.behave('fail', { times: 1 });
    rig.upstream.behave('hang');
    const { failure, attempts } = await rig.failure({ maxRetries: 2, timeoutMs: 700 });
    expect(failure).toBe('timeout');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['upstream-failed', 'timeout']);
  });

  it('tell what failed ones took, where the upstream said so (LE-2)', async () => {
    rig.upstream.behave('fail', { times: 1 });
    rig.upstream.behave('refusal', { times: 1 });
    const { attempts } = await rig.ask({ maxRetries: 2 });
    expect(attempts.map(({ outcome, usage }) => [outcome, usage])).toEqual([
      ['upstream-failed', { inputTokens: 0, outputTokens: 0 }],
      ['answer-invalid', { inputTokens: 4, outputTokens: 5 }],
      ['ok', { inputTokens: 4, outputTokens: 5 }],
    ]);
  });

  it('that follow a failed one are a tenth of the calls at most, and ten more to begin with (LE-2)', async () => {
    rig.upstream.behave('no-content');
    const calls = 100;
    for (let call = 0; call < calls; call++) await rig.failure({ modelId: `m${call}`, maxRetries: 2 });
    expect(rig.upstream.calls.length - calls).toBeGreaterThanOrEqual(18);
    expect(rig.upstream.calls.length - calls).toBeLessThanOrEqual(21);
    rig.skip(60_000);
    expect((await rig.failure({ maxRetries: 2 })).attempts).toHaveLength(3);
  });
});
