import {
  inputsAnswer,
  pushAnswer,
  signalAnswer,
  signalsAnswer,
} from '../../src/features/signals/asking/signals.answers.js';
import {
  cleanupAnswer,
  flushAnswer,
  warmAnswer,
} from '../../src/features/signals/operating/admin-signals.schemas.js';
import { fleetStatsSchema } from '../../src/features/signals/operating/signal-stats.schemas.js';
import { FeedUpstream } from '../../src/testing/index.js';
import { byAdmin, byClient, byViewer, reason, type Example } from './answer-example.js';
import { exampleOdds, signalsPath } from './example-odds.js';
import { oddsType, runtimeOf } from './signal-runtime.js';

/** A feed of one article, and the environment of a server that reads it. */
export async function startExampleFeed(): Promise<{
  env: Record<string, string>;
  close: () => Promise<void>;
}> {
  const upstream = await FeedUpstream.start();
  const url = 'https://news.example/1';
  upstream.setFeed('wire', [
    { id: '1', title: 'An example', url, publishedAt: new Date().toISOString(), body: 'It is one.' },
  ]);
  const news = {
    ttl: '1h',
    key: 'news:{source}:{article_id}',
    source: { feeds: { wire: upstream.urlOf('wire') } },
  };
  const features = { ttl: '24h', key: 'llm:features:{cluster_id}:{date}', source: 'push' };
  const runtime = runtimeOf({ odds: oddsType(), news, features });
  return { env: { ...runtime, SIGNALS_ALLOWED_HOSTS: upstream.host }, close: () => upstream.close() };
}

const held = { type: 'odds', id: 'example:dk:h2h' };
const odds = `${signalsPath}/odds/${held.id}`;

/** The first one keeps what the others are about: what was done to all caches before was done to signals too. */
export const signalExamples: Example[] = [
  [
    'POST /api/v1/signals/{type}/{id}',
    odds,
    {
      as: 'writer',
      method: 'POST',
      body: { value: exampleOdds() },
      headers: { 'idempotency-key': 'example' },
    },
    pushAnswer,
    200,
  ],
  ['GET /api/v1/signals/{type}/{id}', `${odds}?maxAgeMs=59000`, byClient, signalAnswer, 200],
  ['GET /api/v1/signals/{type}', `${signalsPath}/news?first=wire`, byClient, signalsAnswer, 200],
  [
    'POST /api/v1/signals/require',
    `${signalsPath}/require`,
    { method: 'POST', body: { refs: [held] } },
    inputsAnswer,
    200,
  ],
  ['GET /admin/signals/stats', '/admin/signals/stats', byViewer, fleetStatsSchema, 200],
  [
    'POST /admin/signals/warm',
    '/admin/signals/warm',
    byAdmin('POST', { games: [{ game_id: 'example', books: ['dk'], market: 'h2h' }] }),
    warmAnswer,
    200,
  ],
  ['POST /admin/signals/cleanup', '/admin/signals/cleanup', byAdmin('POST'), cleanupAnswer, 200],
  [
    'POST /admin/signals/flush',
    '/admin/signals/flush',
    byAdmin('POST', { type: 'features', where: { cluster_id: 'none' }, reason }),
    flushAnswer,
    200,
  ],
];
