import {
  clearedAnswer,
  entriesAnswer,
  explainAnswer,
  freezeAnswer,
  settingsAnswer,
  statsAnswer,
  versionedAnswer,
} from '../../src/ops/cache-admin/cache-admin.answers.js';
import { clusterAnswer } from '../../src/ops/cluster/cluster.answers.js';
import { detailAnswer, liveAnswer, readyAnswer } from '../../src/ops/health/health.answers.js';
import { byAdmin, byAnyone, byViewer, reason, type Example } from './answer-example.js';

const cache = '/admin/cache/model-config';

export const opsExamples: Example[] = [
  ['GET /health/live', '/health/live', byAnyone, liveAnswer, 200],
  ['GET /health/ready', '/health/ready', byAnyone, readyAnswer, 200],
  ['GET /health', '/health', byViewer, detailAnswer, 200],

  ['GET /admin/cluster', '/admin/cluster', byViewer, clusterAnswer, 200],
  ['GET /admin/cache/stats', '/admin/cache/stats', byViewer, statsAnswer, 200],
  [
    'GET /admin/cache/explain',
    '/admin/cache/explain?namespace=model-config&key=snapshot',
    byViewer,
    explainAnswer,
    200,
  ],
  [
    'GET /admin/cache/explain',
    '/admin/cache/explain?namespace=model-config&key=none',
    byViewer,
    explainAnswer,
    200,
  ],
  ['GET /admin/cache/{namespace}/entries', `${cache}/entries`, byViewer, entriesAnswer, 200],
  ['GET /admin/cache/{namespace}/settings', `${cache}/settings`, byViewer, settingsAnswer, 200],
  [
    'PUT /admin/cache/{namespace}/settings',
    `${cache}/settings`,
    byAdmin('PUT', { switches: { redis: false } }),
    settingsAnswer,
    200,
  ],
  [
    'POST /admin/cache/{namespace}/invalidate',
    `${cache}/invalidate`,
    byAdmin('POST', { key: 'snapshot' }),
    versionedAnswer,
    200,
  ],
  [
    'POST /admin/cache/{namespace}/purge',
    `${cache}/purge`,
    byAdmin('POST', { key: 'none', reason }),
    versionedAnswer,
    200,
  ],
  [
    'PUT /admin/cache/{namespace}/freeze',
    `${cache}/freeze`,
    byAdmin('PUT', { frozen: true, reason }),
    freezeAnswer,
    200,
  ],
  [
    'PUT /admin/cache/{namespace}/freeze',
    `${cache}/freeze`,
    byAdmin('PUT', { frozen: false, reason }),
    freezeAnswer,
    200,
  ],
  ['POST /admin/cache/clear', '/admin/cache/clear', byAdmin('POST', { reason }), clearedAnswer, 200],
];
