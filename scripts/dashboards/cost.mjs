import { dashboard, figure, graph, row, upTo } from './panel.mjs';

export default dashboard(
  'cost',
  'models and cost',
  'What models cost, whether they answer, and whether judges agree.',
  [
    figure('Last hour', 'What calls cost, by the prices of the configuration.', 'currencyUSD', [
      ['sum(increase(llm_cost_usd_total{mine}[1h]))', 'cost'],
    ]),
    figure('Last day', 'What calls cost, by the prices of the configuration.', 'currencyUSD', [
      ['sum(increase(llm_cost_usd_total{mine}[1d]))', 'cost'],
    ]),
    figure(
      'Against yesterday',
      'The last hour, over an average hour of the day before it; three times as much is a ticket.',
      'none',
      [
        [
          'sum(increase(llm_cost_usd_total{mine}[1h])) / (sum(increase(llm_cost_usd_total{mine}[1d] offset 1h)) / 24)',
          'times',
        ],
      ],
      { steps: upTo(2, 3) },
    ),
    figure(
      'Calls that fail',
      'Of all calls of models in 5 minutes.',
      'percentunit',
      [['sum(rate(llm_calls_total{mine,outcome!="ok"}[5m])) / sum(rate(llm_calls_total{mine}[5m]))', 'fail']],
      { steps: upTo(0.05, 0.2), max: 1 },
    ),
    figure(
      'Lessons that fail',
      'Of those that ended within an hour and were not cancelled.',
      'percentunit',
      [
        [
          'sum(increase(lessons_total{mine,outcome="failed"}[1h])) / sum(increase(lessons_total{mine,outcome!="cancelled"}[1h]))',
          'fail',
        ],
      ],
      { steps: upTo(0.05, 0.1), max: 1 },
    ),
    figure('Tokens per second', 'In and out, as upstreams count them.', 'none', [
      ['sum(rate(llm_tokens_total{mine}[5m]))', 'tokens'],
    ]),

    row('Money'),
    graph('Cost by model', 'US dollars per hour.', 'currencyUSD', [
      ['sum by (model) (rate(llm_cost_usd_total{mine}[$__rate_interval])) * 3600', '{{model}}'],
    ]),
    graph('Cost by phase', 'US dollars per hour.', 'currencyUSD', [
      ['sum by (phase) (rate(llm_cost_usd_total{mine}[$__rate_interval])) * 3600', '{{phase}}'],
    ]),
    graph('Tokens', 'Per second, as upstreams count them.', 'none', [
      [
        'sum by (model, direction) (rate(llm_tokens_total{mine}[$__rate_interval]))',
        '{{model}} {{direction}}',
      ],
    ]),
    graph('Calls of another model than the primary one', 'Its fallback, or the emergency model.', 'reqps', [
      ['sum by (phase, rank) (rate(llm_fallback_calls_total{mine}[$__rate_interval]))', '{{phase}} {{rank}}'],
    ]),

    row('Models'),
    graph('Calls by outcome', 'And by phase.', 'reqps', [
      ['sum by (phase, outcome) (rate(llm_calls_total{mine}[$__rate_interval]))', '{{phase}} {{outcome}}'],
    ]),
    graph('Duration, p95', 'With all attempts, by phase.', 's', [
      [
        'histogram_quantile(0.95, sum by (phase, le) (rate(llm_call_duration_seconds_bucket{mine}[$__rate_interval])))',
        '{{phase}}',
      ],
    ]),
    graph('Models left alone', '1 while a replica does not ask a model.', 'none', [
      ['llm_breaker_state{mine} == 1', '{{instance}}: {{model}}'],
    ]),
    graph('Lessons', 'That ended, by how, per hour.', 'none', [
      ['sum by (outcome) (rate(lessons_total{mine}[$__rate_interval])) * 3600', '{{outcome}}'],
    ]),

    row('Judges and narratives'),
    graph('Votes', 'By how the panel came to its result, per hour.', 'none', [
      ['sum by (method) (rate(judge_votes_total{mine}[$__rate_interval])) * 3600', '{{method}}'],
    ]),
    graph(
      'Agreement',
      'Of the last 200 votes: the first two agreed, or the third was asked.',
      'percentunit',
      [
        ['judge_agreement_rate{mine}', '{{instance}}: agreed'],
        ['judge_third_rate{mine}', '{{instance}}: third asked'],
      ],
      { max: 1 },
    ),
    graph(
      "Cohen's kappa",
      'Of two judges over the last 200 drafts that both judged; below 0.4 they hardly agree.',
      'none',
      [['judge_kappa{mine}', '{{instance}}: {{a}}, {{b}}']],
      {
        min: -1,
        max: 1,
      },
    ),
    graph(
      'Requests for narratives',
      'Not written down yet, and those that analytics will never tell of.',
      'none',
      [
        ['narrative_requests_waiting{mine}', '{{instance}}: waiting'],
        ['increase(narrative_requests_dropped_total{mine}[$__rate_interval])', '{{instance}}: lost'],
      ],
    ),
  ],
);
