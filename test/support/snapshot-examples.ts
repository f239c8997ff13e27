import { servedAnswer } from '../../src/features/model-config/operator/admin-snapshot.controller.js';
import { operatorDocumentSchema } from '../../src/features/model-config/operator/operator-document.js';
import { contentHash, signDocument } from '../../src/features/model-config/operator/sign-document.js';
import { freezeAnswer } from '../../src/ops/cache-admin/cache-admin.answers.js';
import { byAdmin, byViewer, reason, type Example } from './answer-example.js';
import { toRows, validConfig } from './config-rows.js';

const secret = 'a secret of the examples, 32 bytes';
export const snapshotEnv = { SNAPSHOT_SECRET: secret };

const path = '/admin/config/snapshot';
const content = toRows(validConfig);
const exportedAt = '2026-01-01T00:00:00.000Z';
const snapshot = signDocument(
  operatorDocumentSchema.omit({ signature: true }).parse({
    format: 'lastgood-snapshot',
    formatVersion: 1,
    namespace: 'model-config',
    version: 'e1:1',
    changeId: 'c1',
    confirmedAt: exportedAt,
    exportedAt,
    content,
    sha256: contentHash(content),
  }),
  secret,
);

/** The last ones: what is served meanwhile is another configuration. */
export const snapshotExamples: Example[] = [
  ['GET /admin/config/snapshot', path, byViewer, operatorDocumentSchema, 200],
  ['POST /admin/config/snapshot', path, byAdmin('POST', { reason, snapshot }), servedAnswer, 200],
  [
    'PUT /admin/cache/{namespace}/freeze',
    '/admin/cache/model-config/freeze',
    byAdmin('PUT', { frozen: false, reason }),
    freezeAnswer,
    200,
  ],
];
