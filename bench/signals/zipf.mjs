// Zipf reads over 20,000 signals of an HTTP type, whose source is a server of this process and whose limit is short, so
// that they expire all the while: the hit ratio, what a lookup of memory takes, and whether anything past its limit got
// through (bars: SI-11). Then 52 feeds of 250 articles, twice: what a round costs when nothing has changed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { zipf } from '../load/profiles.mjs';
import { build } from '../support/built.mjs';
import { duration, report } from '../support/figures.mjs';
import { startApp } from './app.mjs';

const ids = 20_000;
const exponent = 1.1;
const limitMs = 20_000;
const seconds = 60;
const readsPerTurn = 500;
const feeds = 52;
const articles = 250;

const hitBar = 0.8;
const lookupBarNs = 1e6;
const notModifiedBar = 0.95;

build();
const require = createRequire(new URL('../../package.json', import.meta.url));
require('reflect-metadata');
const { FeedUpstream } = await import('../../dist/src/testing/index.js');

const upstream = await FeedUpstream.start();
const folder = mkdtempSync(join(tmpdir(), 'signals-'));
for (let id = 0; id < ids; id++) upstream.setDocument(`/quotes/${id}`, { price: id });
const nameOf = (feed) => `f${feed}`;
const articleOf = (feed, at) => ({
  id: `${feed}-${at}`,
  title: `Article ${at}`,
  url: `https://news.example/${feed}/${at}`,
  publishedAt: new Date().toISOString(),
  body: 'What happened, in a sentence. '.repeat(20),
});
for (let feed = 0; feed < feeds; feed++) {
  const count = Math.floor(articles / feeds) + (feed < articles % feeds ? 1 : 0);
  upstream.setFeed(
    nameOf(feed),
    Array.from({ length: count }, (_, at) => articleOf(feed, at)),
  );
}
const runtime = {
  signals: {
    types: {
      quotes: {
        ttl: `${limitMs / 1_000}s`,
        key: 'quotes:{id}',
        source: { http: `http://${upstream.host}/quotes/{id}` },
      },
      news: {
        ttl: '2s',
        access: 'cold',
        key: 'news:{source}:{article_id}',
        source: {
          feeds: Object.fromEntries(
            Array.from({ length: feeds }, (_, feed) => [nameOf(feed), upstream.urlOf(nameOf(feed))]),
          ),
        },
      },
    },
  },
};
const file = join(folder, 'runtime.yml');
writeFileSync(file, JSON.stringify(runtime));

const app = await startApp({ folder, file, host: upstream.host });
const rank = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

async function zipfReads() {
  const draw = zipf(ids, exponent, Math.random);
  const { counters, reader } = app.namespaces.get('quotes');
  const lookups = [];
  let violations = 0;
  let reads = 0;
  const read = async (id) => {
    const begun = performance.now();
    const hitsBefore = counters.hits;
    const pending = app.signals.get('quotes', id);
    // A value at hand is counted before anything is waited for: this is the lookup, and nothing else.
    if (counters.hits > hitsBefore) lookups.push((performance.now() - begun) * 1e6);
    try {
      const signal = await pending;
      const entry = reader.cache.entry(`quotes:${id}`);
      if (!(signal.ageMs < limitMs) || entry === undefined) violations++;
    } catch (error) {
      if (error.code !== 'signal-expired') throw error;
    }
  };
  const until = Date.now() + seconds * 1_000;
  while (Date.now() < until) {
    await Promise.all(Array.from({ length: readsPerTurn }, () => read(String(draw()))));
    reads += readsPerTurn;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const sorted = lookups.toSorted((a, b) => a - b);
  const hitRatio = counters.hits / counters.reads;
  return [
    {
      what: `Zipf reads of ${ids} ids, limit ${limitMs / 1_000} s, for ${seconds} s: hit ratio`,
      ours: `${(100 * hitRatio).toFixed(1)} % of ${reads}`,
      bar: '> 80 %',
      ok: hitRatio > hitBar,
      value: hitRatio,
    },
    ...[
      ['p50', 0.5],
      ['p99', 0.99],
      ['max', 1],
    ].map(([name, share]) => ({
      what: `memory lookup, ${name}`,
      ours: duration(rank(sorted, share)),
      ...(name === 'p99' && { bar: '≤ 1 ms', ok: rank(sorted, share) <= lookupBarNs }),
      value: rank(sorted, share),
    })),
    {
      what: 'given out past the limit',
      ours: `${violations}`,
      bar: '0',
      ok: violations === 0,
      value: violations,
    },
  ];
}

async function feedRounds() {
  const { counters } = app.namespaces.get('news').source;
  const round = async () => {
    const begun = performance.now();
    const lists = await Promise.all(
      Array.from({ length: feeds }, (_, feed) => app.signals.list('news', nameOf(feed))),
    );
    return { ms: performance.now() - begun, count: lists.reduce((sum, list) => sum + list.length, 0) };
  };
  const first = await round();
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  const before = { requests: counters.requests, notModified: counters.notModified, bodies: counters.bodies };
  const second = await round();
  const asked = counters.requests - before.requests;
  const share = (counters.notModified - before.notModified) / asked;
  return [
    { what: `${feeds} feeds, ${first.count} articles, first round`, ours: `${first.ms.toFixed(0)} ms` },
    {
      what: `the same, nothing changed`,
      ours: `${second.ms.toFixed(0)} ms, ${counters.bodies - before.bodies} bodies`,
    },
    {
      what: 'answered 304 in the second round',
      ours: `${(100 * share).toFixed(0)} % of ${asked}`,
      bar: '≥ 95 %',
      ok: share >= notModifiedBar,
      value: share,
    },
  ];
}

try {
  report('signals', [...(await zipfReads()), ...(await feedRounds())]);
} finally {
  await app.close();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
}
