import { dashboard, downTo, figure, graph, row, upTo } from './panel.mjs';

export default dashboard(
  'cache',
  'caches',
  'What is answered from where, how old it is, and what refreshing it costs.',
  [
    figure(
      'Hit ratio',
      'Reads that a tier answered, of all namespaces.',
      'percentunit',
      [
        [
          'sum(lastgood:cache_hit_ratio:rate5m * lastgood:cache_reads:rate5m) / sum(lastgood:cache_reads:rate5m)',
          'hits',
        ],
      ],
      { steps: downTo(0.95, 0.9), max: 1 },
    ),
    figure(
      'Stale answers',
      'Share of the hits in memory that were stale.',
      'percentunit',
      [
        [
          'sum(rate(cache_hit_total{mine,tier="memory",status="stale"}[5m])) / sum(rate(cache_hit_total{mine,tier="memory"}[5m]))',
          'stale',
        ],
      ],
      { steps: upTo(0.05, 0.5), max: 1 },
    ),
    figure(
      'Oldest configuration',
      'How long ago the origin last confirmed what a pinned namespace serves; about a second in health.',
      's',
      [['max(cache_age_seconds{mine})', 'age']],
      { steps: upTo(60, 3600) },
    ),
    figure(
      'Refreshes that fail',
      'The worst namespace; 5 % is too much.',
      'percentunit',
      [['max(lastgood:cache_refresh_error_ratio:rate5m)', 'fail']],
      { steps: upTo(0.01, 0.05), max: 1 },
    ),
    figure(
      'Tiers left alone',
      'Redis and disks that do not answer.',
      'none',
      [['sum(cache_breaker_state{mine})', 'open']],
      { steps: upTo(1, 1) },
    ),
    figure(
      'Frozen',
      'Namespaces to which nothing is applied, counted for each replica.',
      'none',
      [['sum(cache_frozen{mine})', 'frozen']],
      { steps: upTo(1, 100) },
    ),

    row('Reads'),
    graph(
      'Hit ratio by namespace',
      'Reads that a tier answered; signals have an objective of their own, 80 %.',
      'percentunit',
      [['lastgood:cache_hit_ratio:rate5m', '{{cache_type}}']],
      { steps: downTo(0.95, 0.9), max: 1 },
    ),
    graph('Reads by namespace', 'All, whoever answered them.', 'ops', [
      ['lastgood:cache_reads:rate5m', '{{cache_type}}'],
    ]),
    graph('Hits by tier', 'Memory, and what is found beyond it.', 'ops', [
      ['sum by (tier, status) (rate(cache_hit_total{mine}[$__rate_interval]))', '{{tier}} {{status}}'],
    ]),
    graph('Misses', 'Reads that no tier answered: the origin is asked.', 'ops', [
      ['sum by (cache_type) (rate(cache_miss_total{mine}[$__rate_interval]))', '{{cache_type}}'],
    ]),
    graph(
      'Looks beyond memory, p95',
      'How long a tier takes to answer.',
      's',
      [
        [
          'histogram_quantile(0.95, sum by (tier, le) (rate(cache_read_seconds_bucket{mine}[$__rate_interval])))',
          '{{tier}}',
        ],
      ],
      { steps: upTo(0.01, 0.05) },
    ),
    graph('Age', 'Since the origin last confirmed what a pinned namespace serves.', 's', [
      ['cache_age_seconds{mine}', '{{instance}}: {{cache_type}}'],
    ]),

    row('Refreshing'),
    graph('Loads', 'Of the origin, by how they ended.', 'ops', [
      [
        'sum by (cache_type, result) (rate(cache_loads_total{mine}[$__rate_interval])) > 0',
        '{{cache_type}} {{result}}',
      ],
    ]),
    graph('Refreshes', 'Loads behind stale answers, by what came of them.', 'ops', [
      [
        'sum by (cache_type, result) (rate(cache_refresh_total{mine}[$__rate_interval])) > 0',
        '{{cache_type}} {{result}}',
      ],
    ]),
    graph('Locks', 'Taken here, or held by another process: then the value is waited for.', 'ops', [
      [
        'sum by (cache_type, result) (rate(cache_lock_total{mine}[$__rate_interval])) > 0',
        '{{cache_type}} {{result}}',
      ],
    ]),
    graph('Locks held', 'Should go back to 0.', 'none', ['cache_locks_in_flight{mine}']),

    row('What is kept'),
    graph('Size by tier', 'Memory as estimated, other tiers as sampled once a minute.', 'bytes', [
      ['sum by (instance, tier) (cache_size_bytes{mine})', '{{instance}}: {{tier}}'],
    ]),
    graph('Size by namespace', 'What each holds in memory, over all replicas.', 'bytes', [
      ['sum by (cache_type) (cache_size_bytes{mine,tier="memory"})', '{{cache_type}}'],
    ]),
    graph('Values, p95', 'As they are stored beyond memory, compressed.', 'bytes', [
      [
        'histogram_quantile(0.95, sum by (cache_type, le) (rate(cache_value_size_bytes_bucket{mine}[$__rate_interval])))',
        '{{cache_type}}',
      ],
    ]),
    graph('Unreadable entries', 'Deleted, and loaded anew.', 'none', [
      [
        'sum by (instance, tier) (increase(cache_corrupt_total{mine}[$__rate_interval]))',
        '{{instance}}: {{tier}}',
      ],
    ]),
  ],
);
