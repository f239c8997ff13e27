// What dashboards are made of. A panel is [title, what it tells, unit, queries, more].

const datasource = { type: 'prometheus', uid: '${datasource}' };
const job = 'job="lastgood"';

/** `mine` stands for what is scraped of the replicas that are chosen at the top. */
const fill = (query) => query.replaceAll('{mine', `{${job},instance=~"$instance"`);

const target = ([expr, legendFormat = '{{instance}}'], i) => ({
  datasource,
  refId: String.fromCodePoint(65 + i),
  expr: fill(expr),
  legendFormat,
  range: true,
});

/** From green over orange to red; where less is worse, the other way. */
export const upTo = (orange, red) => [
  { color: 'green', value: null },
  { color: 'orange', value: orange },
  { color: 'red', value: red },
];
export const downTo = (orange, red) => [
  { color: 'red', value: null },
  { color: 'orange', value: red },
  { color: 'green', value: orange },
];
const plain = [{ color: 'green', value: null }];

function panel(
  type,
  w,
  h,
  [title, description, unit, queries, { steps = plain, max, min = 0, links = [] } = {}],
) {
  const showsSteps = type === 'timeseries' && steps !== plain;
  return {
    type,
    title,
    description,
    datasource,
    gridPos: { w, h },
    fieldConfig: {
      defaults: {
        unit,
        ...(min !== null && { min }),
        ...(max !== undefined && { max }),
        thresholds: { mode: 'absolute', steps },
        color: { mode: type === 'stat' ? 'thresholds' : 'palette-classic' },
        ...(showsSteps && { custom: { thresholdsStyle: { mode: 'dashed' } } }),
        ...(type === 'stat' && { noValue: '–' }),
      },
      overrides: [],
    },
    options:
      type === 'stat'
        ? { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, colorMode: 'background' }
        : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    links,
    targets: queries.map((query, i) => target(typeof query === 'string' ? [query] : query, i)),
  };
}

/** One figure, for the top row. */
export const figure = (...args) => panel('stat', 4, 4, args);
export const graph = (...args) => panel('timeseries', 12, 8, args);
export const row = (title) => ({
  type: 'row',
  title,
  gridPos: { w: 24, h: 1 },
  collapsed: false,
  panels: [],
});

const variables = [
  {
    name: 'datasource',
    label: 'Prometheus',
    type: 'datasource',
    query: 'prometheus',
    current: { text: 'Prometheus', value: 'prometheus' },
  },
  {
    name: 'instance',
    label: 'Replica',
    type: 'query',
    datasource,
    query: { query: `label_values(up{${job}}, instance)`, refId: 'replicas' },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.+',
    current: { text: 'All', value: '$__all' },
  },
];

/** Panels from left to right, in rows as wide as the screen. */
export function dashboard(name, title, description, panels) {
  let x = 0;
  let y = 0;
  let height = 0;
  const placed = panels.map((each, i) => {
    const { w, h } = each.gridPos;
    if (x + w > 24) {
      x = 0;
      y += height;
      height = 0;
    }
    const gridPos = { x, y, w, h };
    x += w;
    height = Math.max(height, h);
    return { id: i + 1, ...each, gridPos };
  });
  return {
    uid: `lastgood-${name}`,
    title: `Lastgood: ${title}`,
    description,
    tags: ['lastgood'],
    schemaVersion: 41,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        title: 'Lastgood',
        tags: ['lastgood'],
        asDropdown: false,
        includeVars: true,
        keepTime: true,
      },
    ],
    templating: { list: variables },
    annotations: { list: [] },
    panels: placed,
  };
}
