import { dashboard, figure, graph, row, upTo } from './panel.mjs';

const breaker = { steps: upTo(1, 1) };

export default dashboard(
  'dependencies',
  'dependencies',
  'Postgres, Redis, disks, the content service, models and sources: which of them is the trouble.',
  [
    figure(
      'Postgres: failures',
      'Polls and loads of the configuration that it did not answer, per second.',
      'ops',
      [['sum(rate(model_config_db_failures_total{mine}[5m]))', 'failures']],
      { steps: upTo(0.01, 0.5) },
    ),
    figure(
      'Redis left alone',
      'Replicas that do without it.',
      'none',
      [['sum(cache_breaker_state{mine,tier="redis"})', 'replicas']],
      breaker,
    ),
    figure(
      'Disk left alone',
      'Replicas that do without theirs.',
      'none',
      [['sum(cache_breaker_state{mine,tier="disk"})', 'replicas']],
      breaker,
    ),
    figure(
      'Content left alone',
      'Replicas that do not ask the content service.',
      'none',
      [['sum(upstream_breaker_state{mine})', 'replicas']],
      breaker,
    ),
    figure(
      'Models left alone',
      'Models that some replica does not ask.',
      'none',
      [['count(max by (model) (llm_breaker_state{mine}) == 1) or vector(0)', 'models']],
      breaker,
    ),
    figure(
      'Fullest volume',
      'Used share of the file system that holds DATA_DIR.',
      'percentunit',
      [['max(data_volume_used_ratio{mine})', 'used']],
      { steps: upTo(0.8, 0.9), max: 1 },
    ),

    row('Postgres'),
    graph(
      'Failures',
      'Polls and loads of the configuration that were not answered, and answers from the last known good because of it.',
      'ops',
      [
        ['rate(model_config_db_failures_total{mine}[$__rate_interval])', '{{instance}}: failed'],
        ['rate(model_config_fallback_usage_total{mine}[$__rate_interval])', '{{instance}}: fallback'],
      ],
    ),
    graph('Pools', 'Connections in use, and callers that wait for one.', 'none', [
      ['sum by (instance, pool) (database_pool_in_use{mine})', '{{instance}}: {{pool}}'],
      ['sum by (instance, pool) (database_pool_waiting{mine})', '{{instance}}: {{pool}}, waiting'],
    ]),
    graph(
      'Lock on the counter',
      'Age of the transaction that holds it: every other change waits behind it.',
      's',
      [['max(database_counter_lock_seconds{mine})', 'held for']],
      { steps: upTo(5, 30) },
    ),
    graph(
      'Oldest transaction',
      'Nothing that it may still see can be cleaned up.',
      's',
      [['max(database_oldest_transaction_seconds{mine})', 'open for']],
      { steps: upTo(120, 600) },
    ),
    graph(
      'Size of the counter',
      'That of lastgood.change_counter with its indexes: a few rows that are written all the time.',
      'bytes',
      [['max(database_counter_bytes{mine})', 'size']],
    ),
    graph('Dead rows of the counter', 'Autovacuum should bring them back to a few.', 'none', [
      ['max(database_counter_dead_rows{mine})', 'dead rows'],
    ]),

    row('Redis and disks'),
    graph('Tiers left alone', '1 while a tier does not answer.', 'none', [
      ['cache_breaker_state{mine}', '{{instance}}: {{tier}}'],
    ]),
    graph(
      'Disks',
      'Used share of the volume of DATA_DIR, and of what signals may use of it.',
      'percentunit',
      [
        ['data_volume_used_ratio{mine}', '{{instance}}: volume'],
        ['disk_used_ratio{mine}', '{{instance}}: signals'],
      ],
      { steps: upTo(0.8, 0.9), max: 1 },
    ),

    row('Content service'),
    graph('Requests', 'By what came of them.', 'reqps', [
      [
        'sum by (result) (rate(lastgood_catalog_upstream_requests_total{mine}[$__rate_interval]))',
        '{{result}}',
      ],
    ]),
    graph('Webhooks', 'By what became of them; what is refused has to be set right.', 'reqps', [
      ['sum by (result) (rate(lastgood_catalog_webhooks_total{mine}[$__rate_interval]))', '{{result}}'],
    ]),

    row('Models'),
    graph('Calls', 'By how they ended.', 'reqps', [
      ['sum by (outcome) (rate(llm_calls_total{mine}[$__rate_interval]))', '{{outcome}}'],
    ]),
    graph('Duration, p95', 'With all attempts.', 's', [
      [
        'histogram_quantile(0.95, sum by (model, le) (rate(llm_call_duration_seconds_bucket{mine}[$__rate_interval])))',
        '{{model}}',
      ],
    ]),

    row('Signals'),
    graph(
      'Answered without the source',
      '80 % is the objective.',
      'percentunit',
      [['lastgood:signal_hit_ratio:rate5m', '{{data_type}}']],
      { max: 1 },
    ),
    graph(
      'Reads of what is expired',
      'They are refused; 1 % is the limit.',
      'percentunit',
      [['lastgood:signal_violation_ratio:rate5m', '{{data_type}}']],
      { steps: upTo(0.005, 0.01) },
    ),
    graph('Answers of sources', 'By what they say; 304 costs next to nothing.', 'reqps', [
      [
        'sum by (data_type, answer) (rate(signal_source_answers_total{mine}[$__rate_interval]))',
        '{{data_type}} {{answer}}',
      ],
    ]),
    graph('Latency of sources', 'On average.', 's', [
      [
        'sum by (data_type) (rate(signal_source_seconds_sum{mine}[$__rate_interval])) / sum by (data_type) (rate(signal_source_seconds_count{mine}[$__rate_interval]))',
        '{{data_type}}',
      ],
    ]),
    graph(
      'Nearest to its limit',
      'Age of the oldest signal that may still be given out, of what it may have.',
      'percentunit',
      [['max by (data_type) (signal_oldest_age_ratio{mine})', '{{data_type}}']],
      { steps: upTo(0.9, 1), max: 1 },
    ),
    graph('Disagreements', 'Tiers that held different observations; the newest stood.', 'ops', [
      ['sum by (data_type) (rate(signal_tier_disagreements_total{mine}[$__rate_interval]))', '{{data_type}}'],
    ]),
  ],
);
