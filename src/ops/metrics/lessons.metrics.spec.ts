import { Test } from '@nestjs/testing';
import { register } from 'prom-client';
import type { LastgoodEvent } from '../../core/index.js';
import { EventBus } from '../../platform/observability/index.js';
import { LessonsMetrics, lessonsMetrics } from './lessons.metrics.js';

type Call = Extract<LastgoodEvent, { type: 'llm-call' }>;
type Voted = Extract<LastgoodEvent, { type: 'judges-voted' }>;

const aCall = (over: Partial<Call> = {}): Call => ({
  type: 'llm-call',
  phase: 'stage_6_planner',
  modelId: 'v/writer',
  rank: 'primary',
  outcome: 'ok',
  inputTokens: 100,
  outputTokens: 20,
  costUsd: 0.25,
  durationMs: 2_000,
  ...over,
});
const aVote = (over: Partial<Voted> = {}): Voted => ({
  type: 'judges-voted',
  language: 'en',
  method: 'agreement',
  thirdAsked: false,
  verdicts: [
    { modelId: 'j/one', recommendation: 'ACCEPT' },
    { modelId: 'j/two', recommendation: 'ACCEPT' },
  ],
  ...over,
});

describe('what lessons count (LE-8)', () => {
  let bus: EventBus;
  let metrics: LessonsMetrics;

  beforeEach(async () => {
    register.clear();
    bus = new EventBus();
    const module = await Test.createTestingModule({
      providers: [{ provide: EventBus, useValue: bus }, ...lessonsMetrics, LessonsMetrics],
    }).compile();
    metrics = module.get(LessonsMetrics);
  });

  afterAll(() => register.clear());

  const scrape = async () => {
    metrics.collect();
    const lines = (await register.metrics())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  };

  it('counts calls, tokens and cost by phase and model (LE-8)', async () => {
    bus.report(aCall());
    bus.report(aCall({ outcome: 'timeout', inputTokens: null, outputTokens: null, costUsd: null }));
    const series = await scrape();
    const of = 'phase="stage_6_planner",model="v/writer"';
    expect(series.get(`llm_calls_total{${of},outcome="ok"}`)).toBe(1);
    expect(series.get(`llm_calls_total{${of},outcome="timeout"}`)).toBe(1);
    expect(series.get(`llm_tokens_total{${of},direction="input"}`)).toBe(100);
    expect(series.get(`llm_tokens_total{${of},direction="output"}`)).toBe(20);
    expect(series.get(`llm_cost_usd_total{${of}}`)).toBe(0.25);
    expect(series.get(`llm_call_duration_seconds_sum{${of}}`)).toBe(4);
    expect(series.get(`llm_call_duration_seconds_count{${of}}`)).toBe(2);
  });

  it('counts fallbacks and emergencies, and no primary (LE-8)', async () => {
    for (const rank of ['primary', 'fallback', 'fallback', 'emergency'] as const) bus.report(aCall({ rank }));
    const series = [...(await scrape())].filter(([name]) => name.startsWith('llm_fallback_calls_total'));
    expect(series).toEqual([
      ['llm_fallback_calls_total{phase="stage_6_planner",rank="fallback"}', 2],
      ['llm_fallback_calls_total{phase="stage_6_planner",rank="emergency"}', 1],
    ]);
  });

  it('tells how often the judges agree, and how often the third one is asked (LE-8)', async () => {
    for (let n = 0; n < 3; n++) bus.report(aVote());
    bus.report(aVote({ method: 'tiebreak_majority', thirdAsked: true }));
    const series = await scrape();
    expect(series.get('judge_agreement_rate')).toBe(0.75);
    expect(series.get('judge_third_rate')).toBe(0.25);
    expect(series.get('judge_votes_total{method="agreement"}')).toBe(3);
    expect(series.get('judge_votes_total{method="tiebreak_majority"}')).toBe(1);
  });

  it('takes the last 200 votes for that, and no vote for no rate (LE-8)', async () => {
    const none = await scrape();
    expect([none.get('judge_agreement_rate'), none.get('judge_third_rate')]).toEqual([NaN, NaN]);
    for (let n = 0; n < 100; n++) bus.report(aVote({ method: 'failed', thirdAsked: true, verdicts: [] }));
    for (let n = 0; n < 150; n++) bus.report(aVote());
    const series = await scrape();
    expect([series.get('judge_agreement_rate'), series.get('judge_third_rate')]).toEqual([0.75, 0.25]);
    for (let n = 0; n < 50; n++) bus.report(aVote());
    expect((await scrape()).get('judge_third_rate')).toBe(0);
  });

  it("tells how two judges agree beyond chance: Cohen's kappa (LE-8)", async () => {
    bus.report(aVote());
    expect([...(await scrape()).keys()].filter((name) => name.startsWith('judge_kappa'))).toEqual([]);
    bus.report(aVote());
    expect((await scrape()).get('judge_kappa{a="j/one",b="j/two"}')).toBe(1);
    const verdicts = [
      { modelId: 'j/two', recommendation: 'REGENERATE' },
      { modelId: 'j/one', recommendation: 'ACCEPT' },
    ];
    for (let n = 0; n < 2; n++) bus.report(aVote({ verdicts }));
    expect((await scrape()).get('judge_kappa{a="j/one",b="j/two"}')).toBe(0);
  });

  it('counts lessons by how they ended (LE-8)', async () => {
    for (const outcome of ['accepted', 'accepted', 'best-effort', 'cancelled'] as const)
      bus.report({ type: 'lesson-ended', outcome, durationMs: 1_000 });
    const series = await scrape();
    expect(series.get('lessons_total{outcome="accepted"}')).toBe(2);
    expect(series.get('lessons_total{outcome="best-effort"}')).toBe(1);
    expect(series.get('lessons_total{outcome="failed"}')).toBeUndefined();
  });

  it('stays bounded however many models are published, and loses no call (LE-8)', async () => {
    for (let n = 0; n < 1_000; n++) bus.report(aCall({ modelId: `v/${n}`, outcome: `o${n}` }));
    const calls = [...(await scrape())].filter(([name]) => name.startsWith('llm_calls_total'));
    expect(calls.length).toBeLessThanOrEqual(201);
    expect(calls.reduce((sum, [, count]) => sum + count, 0)).toBe(1_000);
    expect(calls.at(-1)).toEqual(['llm_calls_total{phase="other",model="other",outcome="other"}', 800]);
  });

  it.each([NaN, Infinity, -1])('takes no harm from an amount of %d (LE-8)', async (amount) => {
    bus.report(aCall({ inputTokens: amount, costUsd: amount }));
    const series = await scrape();
    expect([...series.keys()].some((name) => name.startsWith('llm_cost_usd_total'))).toBe(false);
  });
});
