import { dashboard, downTo, figure, graph, row, upTo } from './panel.mjs';

export default dashboard('slo', 'objectives', 'Is it up, does it answer, and in time: where to look first.', [
  figure(
    'Pages',
    'Alerts that somebody has to act on now.',
    'none',
    [['count(ALERTS{alertname=~"Lastgood.+",alertstate="firing",severity="page"}) or vector(0)', 'pages']],
    { steps: upTo(1, 1) },
  ),
  figure(
    'Tickets',
    'Alerts for the next working day.',
    'none',
    [
      [
        'count(ALERTS{alertname=~"Lastgood.+",alertstate="firing",severity="ticket"}) or vector(0)',
        'tickets',
      ],
    ],
    { steps: upTo(1, 10) },
  ),
  figure(
    'Replicas ready',
    'Of those that Prometheus knows, the share that can serve, stale included.',
    'percentunit',
    [['sum(service_ready{mine}) / count(up{mine})', 'ready']],
    { steps: downTo(1, 0.5), max: 1 },
  ),
  figure(
    'Replicas degraded',
    'Those that serve what they last knew to be good.',
    'none',
    [['sum(service_state{mine,state=~"degraded|critical"})', 'degraded']],
    { steps: upTo(1, 2) },
  ),
  figure(
    'Budget left, 3 days',
    'Of the failures that 99.9 % allows in three days, the share that is left.',
    'percentunit',
    [['1 - lastgood:api_error_ratio:rate3d / 0.001', 'left']],
    { steps: downTo(0.5, 0), max: 1, min: null },
  ),
  figure(
    'Slowest route, p95',
    'Of the routes that memory answers; 10 ms is the objective.',
    's',
    [['max(lastgood:hit_route_seconds:p95_5m)', 'p95']],
    { steps: upTo(0.008, 0.01) },
  ),

  row('Errors'),
  graph(
    'Share of failures',
    'Requests to /api/ that were answered 5xx, over windows of several lengths. 1.44 % in an hour pages.',
    'percentunit',
    ['5m', '1h', '6h', '3d'].map((window) => [`lastgood:api_error_ratio:rate${window}`, window]),
    { steps: upTo(0.001, 0.014_4) },
  ),
  graph('Failures by route', 'Answers 5xx of all routes.', 'reqps', [
    [
      'sum by (route) (rate(http_requests_total{mine,status_class="5xx"}[$__rate_interval])) > 0',
      '{{route}}',
    ],
  ]),
  graph('Why degraded', 'Each reason of each replica that cannot do all it should.', 'none', [
    ['degraded{mine}', '{{instance}}: {{reason}}'],
  ]),
  graph('Alerts', 'What fires, and since when.', 'none', [
    ['ALERTS{alertname=~"Lastgood.+",alertstate="firing"}', '{{alertname}}'],
  ]),

  row('Latency and traffic'),
  graph(
    'p95 of hits',
    'Routes that memory answers; 10 ms is the objective.',
    's',
    [['lastgood:hit_route_seconds:p95_5m', '{{route}}']],
    { steps: upTo(0.008, 0.01) },
  ),
  graph('Requests by route', 'All that were answered.', 'reqps', [
    ['sum by (route) (rate(http_requests_total{mine}[$__rate_interval]))', '{{route}}'],
  ]),
  graph('Requests by answer', 'By the class of their status.', 'reqps', [
    ['sum by (status_class) (rate(http_requests_total{mine}[$__rate_interval]))', '{{status_class}}'],
  ]),
  graph(
    'Event loop, p99',
    'How late the event loop is: what is above 100 ms is felt by every request.',
    's',
    ['nodejs_eventloop_lag_p99_seconds{mine}'],
    { steps: upTo(0.05, 0.1) },
  ),
  graph('Memory', 'Resident memory of each replica.', 'bytes', ['process_resident_memory_bytes{mine}']),
  graph('CPU', 'Seconds of CPU per second; JavaScript itself has one.', 'none', [
    'rate(process_cpu_seconds_total{mine}[$__rate_interval])',
  ]),
]);
