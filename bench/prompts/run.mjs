// A prompt of a 2 KB template with 10 placeholders, warm, by the client that other processes use (bar: PR-10), against the
// bare library over the same parsed template. Each render is timed by itself; requests to the service are counted.
import { createRequire } from 'node:module';
import { build } from '../support/built.mjs';
import { duration, report, times } from '../support/figures.mjs';

const renders = 50_000;
const warmUp = 20_000;
const barNs = 200_000;

const settings = Object.fromEntries(
  ['role_perspective', 'subject_name', 'language', 'style', 'target_audience', 'explanation_depth'].map(
    (name) => [name, `a ${name.replace('_', ' ')} of some words`],
  ),
);
const content = 'What a pupil wrote down, {{ braces }} and all. '.repeat(20);
const dynamic = ['input_content', 'exam_content', 'handwritten_notes', 'study_material'];
const context = Object.fromEntries(dynamic.map((name) => [name, content]));
const names = [...Object.keys(settings), ...dynamic];
const filler = 'Words of a template that say what is wanted, and how it should be done. ';
const template = names
  .map((name) => `${filler.repeat(2)}${name}: {{ ${name} }}\n`)
  .join('')
  .padEnd(2_048, filler);

let requests = 0;
const answer = {
  node_name: 'a_node',
  language: 'any',
  label: 'production',
  template_version: 1,
  template,
  system: null,
  user_placeholders: settings,
  required_dynamic_placeholders: dynamic.toSorted(),
  cache_ttl: 3_600,
  allow_stale: false,
  mode: 'local',
  meta: { source: 'memory', reason: 'fresh', is_stale: false, age_ms: 0 },
};
async function countingFetch() {
  requests++;
  return new Response(JSON.stringify(answer), { headers: { etag: 'W/"1"' } });
}

build();
const { createPromptClient } = await import('../../dist/src/prompts.js');
const { Liquid } = createRequire(new URL('../../package.json', import.meta.url))('liquidjs');

const client = createPromptClient({
  url: 'http://127.0.0.1',
  apiKey: 'key',
  revalidateAfterMs: 3_600_000,
  fetch: countingFetch,
});
const request = { nodeName: 'a_node', userId: 7, language: 'ru', context };
const liquid = new Liquid({ strictVariables: true, strictFilters: true, ownPropertyOnly: true });
const parsed = liquid.parse(template);
const values = { ...settings, ...context };

/** Concatenation may be put off until somebody reads: reading belongs to it. */
let bytes = 0;
const read = (text) => {
  bytes += Buffer.byteLength(text);
};

/** Nanoseconds of each call, sorted. */
async function timesOf(call) {
  for (let i = 0; i < warmUp; i++) await call();
  const taken = [];
  for (let i = 0; i < renders; i++) {
    const start = performance.now();
    await call();
    taken.push((performance.now() - start) * 1e6);
    // Others have their turn, as they would in a server.
    if (i % 1_000 === 0) await new Promise(setImmediate);
  }
  return taken.toSorted((a, b) => a - b);
}
const at = (sorted, share) => sorted[Math.floor(sorted.length * share)];

const first = await client.render(request);
if (first.prompt !== liquid.renderSync(parsed, values)) throw new Error('They render different prompts');
const before = requests;
const bare = await timesOf(() => read(liquid.renderSync(parsed, values)));
const ours = await timesOf(async () => read((await client.render(request)).prompt));
const io = requests - before;
if (bytes !== 2 * (renders + warmUp) * Buffer.byteLength(first.prompt))
  throw new Error('Not all was rendered');
client.close();

report('prompts', [
  ...[
    ['p50', 0.5],
    ['p99', 0.99],
  ].map(([name, share]) => ({
    what: `warm render, 2 KB, 10 placeholders, ${name}`,
    ours: duration(at(ours, share)),
    against: `bare LiquidJS ${duration(at(bare, share))}`,
    figure: times(at(ours, share) / at(bare, share)),
    ...(name === 'p99' && { bar: `≤ ${duration(barNs)}`, ok: at(ours, share) <= barNs }),
    value: at(ours, share),
  })),
  { what: `requests in ${renders + warmUp} renders`, ours: `${io}`, bar: '0', ok: io === 0, value: io },
]);
