import { Inject, Injectable } from '@nestjs/common';
import {
  InjectMetric,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge, Histogram } from 'prom-client';
import type { LastgoodEvent } from '../../core/index.js';
import { KappaWindow } from '../../features/lessons/index.js';
import { EventBus } from '../../platform/observability/index.js';
import { LabelCap } from './label-cap.js';
import { VoteWindow } from './vote-window.js';

/** Votes that the rates are of. */
const windowSize = 200;
/** Of phase and model: both come from the configuration, which may be published any number of times. */
const maxModels = 200;
const maxOutcomes = 20;

export const lessonsMetrics = [
  makeCounterProvider({
    name: 'llm_calls_total',
    help: 'Models that were asked, by how that ended',
    labelNames: ['phase', 'model', 'outcome'],
  }),
  makeCounterProvider({
    name: 'llm_tokens_total',
    help: 'Tokens as upstreams count them, in or out',
    labelNames: ['phase', 'model', 'direction'],
  }),
  makeCounterProvider({
    name: 'llm_cost_usd_total',
    help: 'What calls cost in US dollars, by the prices of the configuration',
    labelNames: ['phase', 'model'],
  }),
  makeHistogramProvider({
    name: 'llm_call_duration_seconds',
    help: 'Time that a model was asked for, with all attempts',
    labelNames: ['phase', 'model'],
    buckets: [0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300],
  }),
  makeCounterProvider({
    name: 'llm_fallback_calls_total',
    help: 'Calls of another model than the primary one: its fallback, or the emergency model',
    labelNames: ['phase', 'rank'],
  }),
  makeCounterProvider({
    name: 'judge_votes_total',
    help: 'Drafts that a panel judged, by how it came to its result',
    labelNames: ['method'],
  }),
  makeGaugeProvider({
    name: 'judge_third_rate',
    help: 'Share of the last 200 votes for which the third judge was asked',
  }),
  makeGaugeProvider({
    name: 'judge_agreement_rate',
    help: 'Share of the last 200 votes that the first two judges agreed on',
  }),
  makeGaugeProvider({
    name: 'judge_kappa',
    help: "Cohen's kappa of two judges over the last 200 drafts that both judged",
    labelNames: ['a', 'b'],
  }),
  makeCounterProvider({
    name: 'lessons_total',
    help: 'Lessons that ended, by how',
    labelNames: ['outcome'],
  }),
];

/** LE-8: a fold over events; shares are worked out when they are scraped. */
@Injectable()
export class LessonsMetrics {
  private readonly models = new LabelCap<'phase' | 'model'>(maxModels);
  private readonly outcomes = new LabelCap<'outcome'>(maxOutcomes);
  private readonly votes = new VoteWindow(windowSize);
  private readonly kappas = new KappaWindow(windowSize);

  constructor(
    @Inject(EventBus) events: EventBus,
    @InjectMetric('llm_calls_total') private readonly calls: Counter,
    @InjectMetric('llm_tokens_total') private readonly tokens: Counter,
    @InjectMetric('llm_cost_usd_total') private readonly cost: Counter,
    @InjectMetric('llm_call_duration_seconds') private readonly durations: Histogram,
    @InjectMetric('llm_fallback_calls_total') private readonly fallbacks: Counter,
    @InjectMetric('judge_votes_total') private readonly voteCount: Counter,
    @InjectMetric('judge_third_rate') private readonly thirdRate: Gauge,
    @InjectMetric('judge_agreement_rate') private readonly agreementRate: Gauge,
    @InjectMetric('judge_kappa') private readonly kappa: Gauge,
    @InjectMetric('lessons_total') private readonly lessons: Counter,
  ) {
    events.subscribe((event) => this.fold(event));
  }

  collect(): void {
    this.thirdRate.set(this.votes.thirdRate);
    this.agreementRate.set(this.votes.agreementRate);
    this.kappa.reset();
    for (const { a, b, kappa } of this.kappas.all()) this.kappa.set({ a, b }, kappa);
  }

  private fold(event: LastgoodEvent): void {
    switch (event.type) {
      case 'llm-call':
        this.foldCall(event);
        return;
      case 'judges-voted':
        this.voteCount.inc({ method: event.method });
        this.votes.add({ isAgreed: event.method === 'agreement', thirdAsked: event.thirdAsked });
        this.kappas.add(event.verdicts);
        return;
      case 'lesson-ended':
        this.lessons.inc({ outcome: event.outcome });
        return;
      default:
    }
  }

  private foldCall(event: Extract<LastgoodEvent, { type: 'llm-call' }>): void {
    const labels = this.models.admit({ phase: event.phase, model: event.modelId });
    this.calls.inc({ ...labels, ...this.outcomes.admit({ outcome: event.outcome }) });
    add(this.tokens, { ...labels, direction: 'input' }, event.inputTokens);
    add(this.tokens, { ...labels, direction: 'output' }, event.outputTokens);
    add(this.cost, labels, event.costUsd);
    this.durations.observe(labels, event.durationMs / 1000);
    if (event.rank !== 'primary') this.fallbacks.inc({ phase: labels.phase, rank: event.rank });
  }
}

/** What is not known is not counted. A counter would throw at what is no amount, and a fold must not. */
function add(counter: Counter, labels: Readonly<Record<string, string>>, amount: number | null): void {
  if (amount !== null && Number.isFinite(amount) && amount >= 0) counter.inc(labels, amount);
}
