// Six rows of the table as bars, readable on light and on dark pages; what a library can't do is a word, and no bar.
const panels = [
  { name: 'hit', at: 0, title: 'A hit in memory', tell: nanoseconds },
  { name: 'stale-hit', at: 0, title: 'A stale hit while the origin hangs', tell: nanoseconds },
  { name: 'redis-tier', at: 1, title: 'A hit in Redis, 32 at once', tell: (us) => nanoseconds(us * 1_000) },
  { name: 'memory', at: 0, title: 'Heap for an entry of 1 KB', tell: (bytes) => `${Math.round(bytes)} B` },
  { name: 'eight-processes', at: 0, title: 'Loads of one key, asked by 8 processes', tell: String },
  { name: 'dead-origin', at: 0, title: 'Calls to a dead origin in 360 reads', tell: String },
];
const [columns, width, lineHeight, labelWidth, barWidth, gap] = [2, 460, 22, 140, 200, 24];
const panelHeight = 7 * lineHeight + 44;

function nanoseconds(ns) {
  if (ns < 1_000) return `${ns.toFixed(0)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function bar(name, cell, { max, y, tell }) {
  const isOurs = name === 'lastgood' ? ' ours' : '';
  const label = `<text class="label${isOurs}" x="${labelWidth - 8}" y="${y + 15}" text-anchor="end">${escaped(name)}</text>`;
  if (!Number.isFinite(cell?.value))
    return `${label}<text class="none" x="${labelWidth}" y="${y + 15}">${escaped(cell?.text ?? 'no')}</text>`;
  const length = Math.max(2, (cell.value / max) * barWidth);
  return [
    label,
    `<rect class="bar${isOurs}" x="${labelWidth}" y="${y + 4}" width="${length.toFixed(1)}" height="14" rx="2"/>`,
    `<text class="value" x="${(labelWidth + length + 6).toFixed(1)}" y="${y + 15}">${escaped(tell(cell.value))}</text>`,
  ].join('');
}

function panel({ title, tell }, { cells }, index) {
  const [x, y] = [
    gap + (index % columns) * (width + gap),
    gap + Math.floor(index / columns) * (panelHeight + gap),
  ];
  const values = Object.values(cells).map(({ value }) => value);
  const max = Math.max(...values.filter(Number.isFinite));
  const bars = Object.entries(cells).map(([name, cell], at) =>
    bar(name, cell, { max, y: 32 + at * lineHeight, tell }),
  );
  return `<g transform="translate(${x} ${y})"><text class="title" x="0" y="16">${escaped(title)}</text>\n${bars.join('\n')}\n</g>`;
}

const style = `
  svg { font: 13px system-ui, sans-serif; }
  .page { fill: #ffffff; stroke: #d0d7de; } .title { fill: #1f2328; font-weight: 600; font-size: 14px; }
  .label, .value { fill: #57606a; } .label.ours { fill: #1f2328; font-weight: 600; } .none { fill: #8c959f; font-style: italic; }
  .bar { fill: #afb8c1; } .bar.ours { fill: #1f7a4d; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #30363d; } .title, .label.ours { fill: #e6edf3; } .label, .value { fill: #9198a1; }
    .none { fill: #6e7681; } .bar { fill: #484f58; } .bar.ours { fill: #3fb950; }
  }`;

/** Shorter is better in each. */
export function chart({ at, parts: { peers } }) {
  const compared = peers?.compared ?? [];
  const drawn = panels
    .map((each) => [each, compared.filter(({ name }) => name === each.name)[each.at]])
    .filter(([, row]) => row !== undefined)
    .map(([each, row], index) => panel(each, row, index));
  const lines = Math.ceil(drawn.length / columns);
  const [w, h] = [gap + columns * (width + gap), 2 * gap + lines * (panelHeight + gap)];
  const footer = `<text class="none" x="${gap}" y="${h - gap / 2}">Shorter is better. ${at.slice(0, 10)}; all figures are in docs/benchmarks.md.</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="Benchmarks of lastgood beside six libraries">
<style>${style}
</style>
<rect class="page" x="0.5" y="0.5" width="${w - 1}" height="${h - 1}" rx="6"/>
${drawn.join('\n')}
${footer}
</svg>
`;
}
