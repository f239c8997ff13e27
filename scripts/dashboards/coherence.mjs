import { dashboard, figure, graph, row, upTo } from './panel.mjs';

export default dashboard(
  'coherence',
  'coherence',
  'Do all replicas serve the same, and how soon do they learn of a change.',
  [
    figure(
      'Versions apart',
      'Between the newest and the oldest configuration that a replica serves.',
      'none',
      [['max(model_config_version{mine}) - min(model_config_version{mine})', 'apart']],
      { steps: upTo(1, 2) },
    ),
    figure(
      'Known, not served',
      'Versions that a replica has seen and cannot load, or refuses.',
      'none',
      [['max(model_config_version_skew{mine})', 'behind']],
      { steps: upTo(1, 1) },
    ),
    figure(
      'Lag',
      'How long the newest probe took, at the slowest replica.',
      's',
      [['max(coherence_lag_seconds{mine})', 'lag']],
      {
        steps: upTo(2, 5),
      },
    ),
    figure(
      'Last probe',
      'Since one arrived, at the worst replica; one is written each minute.',
      's',
      [['max(coherence_probe_age_seconds{mine})', 'age']],
      { steps: upTo(90, 180) },
    ),
    figure(
      'Last poll',
      'Since one was answered, of the worst stream and replica; one is made each second.',
      's',
      [['max(coherence_confirmed_age_seconds{mine})', 'age']],
      { steps: upTo(5, 60) },
    ),
    figure(
      'Audit chain',
      '1: a row was edited, removed or put in between.',
      'none',
      [['max(audit_chain_broken{mine})', 'broken']],
      {
        steps: upTo(1, 1),
      },
    ),

    row('Configuration'),
    graph('Version', 'That each replica serves.', 'none', ['model_config_version{mine}'], { min: null }),
    graph('Known, not served', 'Versions that each replica has seen beyond it.', 'none', [
      'model_config_version_skew{mine}',
    ]),
    graph('Age', 'Since the database last confirmed what is served; about a second in health.', 's', [
      'model_config_age_seconds{mine}',
    ]),
    graph('Reads', 'Of the configuration, by what they were.', 'ops', [
      ['sum by (status) (rate(model_config_cache_hits_total{mine}[$__rate_interval]))', '{{status}}'],
    ]),

    row('How changes arrive'),
    graph(
      'Lag',
      'How long the newest probe took from its write to each replica.',
      's',
      ['coherence_lag_seconds{mine}'],
      {
        steps: upTo(2, 5),
      },
    ),
    graph('Arrivals, p99', 'Of all probes of an hour.', 's', [
      [
        'histogram_quantile(0.99, sum by (instance, le) (rate(coherence_arrival_seconds_bucket{mine}[1h])))',
        '{{instance}}',
      ],
    ]),
    graph('Last probe', 'Since one arrived.', 's', ['coherence_probe_age_seconds{mine}'], {
      steps: upTo(90, 180),
    }),
    graph(
      'Last poll',
      'Since one was answered, by stream: it rises while Postgres is away.',
      's',
      [['max by (instance, stream) (coherence_confirmed_age_seconds{mine})', '{{instance}}: {{stream}}']],
      { steps: upTo(5, 60) },
    ),

    row('By hand'),
    graph('Frozen', '1 while nothing is applied to a namespace.', 'none', [
      ['cache_frozen{mine} == 1', '{{instance}}: {{cache_type}}'],
    ]),
    graph('Break-glass calls', 'Made with a key for emergencies.', 'none', [
      ['sum by (instance) (increase(break_glass_calls_total{mine}[$__rate_interval]))', '{{instance}}'],
    ]),
    graph('Audit chain', 'Since the newest rows were looked at, and since all of it was walked.', 's', [
      ['min(audit_chain_checked_age_seconds{mine})', 'newest rows'],
      ['min(audit_chain_walked_age_seconds{mine})', 'all of it'],
    ]),
    graph(
      'Alarms of stale service',
      '1 while a namespace has outlasted its own alarm; told to the channels below.',
      'none',
      [
        ['alert_active{mine}', '{{instance}}: {{namespace}}'],
        [
          'increase(alert_deliveries_total{mine,result="failed"}[$__rate_interval])',
          '{{instance}}: {{channel}} failed',
        ],
      ],
    ),
  ],
);
