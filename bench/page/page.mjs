// The text of docs/benchmarks.md.
import { comparison, table } from '../support/figures.mjs';

const groups = {
  'In one process': ['hit', 'stale-hit', 'crowd', 'memory'],
  'When something is broken': ['dead-origin', 'hung-redis'],
  'With a Redis': ['redis-tier', 'eight-processes', 'spread'],
};
const packages = {
  lastgood: 'lastgood',
  'lru-cache': 'lru-cache',
  BentoCache: 'bentocache',
  cacheable: 'cacheable',
  'cache-manager': 'cache-manager',
  cachified: '@epic-web/cachified',
  'async-cache-dedupe': 'async-cache-dedupe',
};

export const dayOf = ({ at }) => at.slice(0, 10);
export const machineOf = ({ machine: { cpu, cores, memoryGiB, system }, versions }) =>
  `${cores} × ${cpu}, ${memoryGiB} GiB, ${system}, Node ${versions.node}, Redis ${versions.redis}, Postgres ${versions.postgres}`;
export const rowsOf = ({ parts }) => Object.values(parts).flatMap(({ rows }) => rows);

function peersOf({ parts: { peers }, versions }) {
  if (!peers?.compared?.length) return 'Nothing was compared.';
  const tables = Object.entries(groups).flatMap(([title, names]) => {
    const compared = peers.compared.filter(({ name }) => names.includes(name));
    return compared.length > 0 ? [`### ${title}`, '', listed(comparison(compared)), ''] : [];
  });
  const options = Object.entries(peers.options).map(
    ([name, { memory, redis }]) =>
      `| ${name} ${versions[packages[name]]} | ${memory} | ${redis ?? 'has none'} |`,
  );
  const head = ['| | in memory | with a Redis |', '| --- | --- | --- |'];
  return [...tables, '### How each was set up', '', ...head, ...options].join('\n');
}

/** Footnotes as a list, or Markdown makes them one paragraph. */
const listed = (text) => text.replaceAll(/^\((\d+)\) /gm, '- ($1) ');

export function pageOf(result) {
  const rows = rowsOf(result);
  const barred = rows.filter(({ ok }) => ok === true || ok === false);
  const missed = barred.filter(({ ok }) => !ok);
  const others = rows.filter(({ ok }) => ok !== true && ok !== false);
  const seconds = Object.values(result.parts).reduce((sum, part) => sum + part.seconds, 0);
  const told = missed.map(({ part, what, ours, figure }) => `- ${part}: ${what}: ${figure || ours}`);
  return `# How fast, and what it survives

<!-- Written by \`npm run bench\`: edits are lost. -->

${dayOf(result)}, in one run of ${Math.round(seconds / 60)} minutes: ${machineOf(result)}. \`npm run bench\` does it again, and writes this page.

![Bars of six of the rows below](benchmarks.svg)

**How to read it.** Each figure of a library is measured in a process of its own, or by turns with what it is held against, so that what slows the machine slows both; ratios carry further than times. “(1.20×)” after a time in memory is against a hand-written asynchronous read of a \`Map\` that tells age and staleness, after a time in Redis against \`GET\` and \`JSON.parse\` over one client. A “no” is something that a library does not have, with why below; each is set up as its own documentation says for the case. A dead origin rejects at once, a hung one never answers; a hung Redis is stopped (SIGSTOP), and stays connected; Redis clients have the time-outs that each library gives them, which for most is none. Stale values are kept for an hour everywhere. Of lastgood, a hit is a read by its cache core that carries age, source and reason; what a service method or HTTP adds stands under “Bars”.

## Beside others

${peersOf(result)}

## Bars

${barred.length - missed.length} of ${barred.length} were held.${missed.length > 0 ? ` Missed:\n\n${told.join('\n')}` : ''}

${table(barred)}

## Beside them

${table(others)}
`;
}
