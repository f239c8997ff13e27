import {
  adminModelAnswer,
  adminModelsAnswer,
  adminPanelAnswer,
  adminPhaseAnswer,
  adminPhasesAnswer,
} from '../../src/features/model-config/publishing/admin-row.answers.js';
import {
  historyAnswer,
  historyDiffAnswer,
} from '../../src/features/model-config/publishing/history.answers.js';
import {
  importAnswer,
  planAnswer,
  publicationAnswer,
} from '../../src/features/model-config/publishing/publishing.answers.js';
import { configDocumentSchema } from '../../src/features/model-config/rows/config-document.js';
import { byAdmin, byViewer, reason, type Example } from './answer-example.js';
import { sampleDocument } from './test-app.js';

const present = { 'if-match': '*' };
const absent = { 'if-none-match': '*' };

const sample = sampleDocument();
const without = (row: object, ...fields: string[]) =>
  Object.fromEntries(Object.entries(row).filter(([field]) => !fields.includes(field)));
const stage4 = sample.phases.find(({ phase }) => phase === 'stage_4')!;
const phase = without(stage4, 'phase', 'courseId', 'language', 'contextTier');
const model = without(sample.models[0]!, 'id');
const panel = without(sample.judges[0]!, 'language');

const courseRow = '/admin/phases/stage_4?courseId=c1';
const gone = `wait=1&reason=${encodeURIComponent(reason)}`;

/** In this order: what one makes, a later one changes and removes. */
export const configEditExamples: Example[] = [
  ['GET /admin/phases', '/admin/phases', byViewer, adminPhasesAnswer, 200],
  ['GET /admin/phases/{phase}', '/admin/phases/stage_4', byViewer, adminPhaseAnswer, 200],
  [
    'PUT /admin/phases/{phase}',
    `${courseRow}&wait=1`,
    byAdmin('PUT', { settings: phase, reason }, absent),
    publicationAnswer,
    201,
  ],
  [
    'PUT /admin/phases/{phase}',
    courseRow,
    byAdmin('PUT', { settings: { ...phase, temperature: 0 }, reason }, present),
    publicationAnswer,
    200,
  ],
  [
    'DELETE /admin/phases/{phase}',
    `${courseRow}&${gone}`,
    byAdmin('DELETE', undefined, present),
    publicationAnswer,
    200,
  ],

  ['GET /admin/models', '/admin/models', byViewer, adminModelsAnswer, 200],
  ['GET /admin/models/{path}', `/admin/models/${stage4.modelId}`, byViewer, adminModelAnswer, 200],
  [
    'PUT /admin/models/{path}',
    '/admin/models/a/new',
    byAdmin('PUT', { settings: model, reason }, { ...absent, 'idempotency-key': 'a-new-model' }),
    publicationAnswer,
    201,
  ],
  [
    'PUT /admin/models/{path}',
    '/admin/models/a/new',
    byAdmin('PUT', { settings: { ...model, retiresAt: '2031-01-01T00:00:00+02:00' }, reason }, present),
    publicationAnswer,
    200,
  ],
  [
    'DELETE /admin/models/{path}',
    `/admin/models/a/new?${gone}`,
    byAdmin('DELETE', undefined, present),
    publicationAnswer,
    200,
  ],

  ['GET /admin/judges/{language}', '/admin/judges/ru', byViewer, adminPanelAnswer, 200],
  [
    'PUT /admin/judges/{language}',
    '/admin/judges/fr',
    byAdmin('PUT', { settings: panel, reason }, absent),
    publicationAnswer,
    201,
  ],
  [
    'PUT /admin/judges/{language}',
    '/admin/judges/fr',
    byAdmin('PUT', { settings: panel, reason }, present),
    publicationAnswer,
    200,
  ],
  [
    'DELETE /admin/judges/{language}',
    `/admin/judges/fr?${gone}`,
    byAdmin('DELETE', undefined, present),
    publicationAnswer,
    200,
  ],

  ['GET /admin/config/export', '/admin/config/export?format=json', byViewer, configDocumentSchema, 200],
  [
    'POST /admin/config/validate',
    '/admin/config/validate',
    byAdmin('POST', { phases: [{ ...stage4, modelId: 'no/such' }] }),
    planAnswer,
    200,
  ],
  ['POST /admin/config/diff', '/admin/config/diff', byAdmin('POST', sample), planAnswer, 200],
  ['POST /admin/config/import', '/admin/config/import?dryRun=1', byAdmin('POST', sample), importAnswer, 200],
  [
    'POST /admin/config/import',
    `/admin/config/import?${gone}`,
    byAdmin('POST', sample, present),
    importAnswer,
    200,
  ],

  ['GET /admin/history', '/admin/history', byViewer, historyAnswer, 200],
  ['GET /admin/history/{version}/diff', '/admin/history/1/diff', byViewer, historyDiffAnswer, 200],
  [
    'POST /admin/history/{version}/rollback',
    '/admin/history/1/rollback?wait=1',
    byAdmin('POST', { reason }),
    publicationAnswer,
    200,
  ],
];
