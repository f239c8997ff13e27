import type { OpenAPIObject } from '@nestjs/swagger';
import type { Report } from '../src/core/index.js';
import { detailAnswer } from '../src/ops/health/health.answers.js';
import { REPORT } from '../src/platform/observability/index.js';
import { jsonSchemaOf } from '../src/platform/http/json-schema-of.js';
import { catalogReadExamples, startExampleCatalog } from './support/catalog-read-examples.js';
import { configEditExamples } from './support/config-edit-examples.js';
import { configReadExamples } from './support/config-read-examples.js';
import { keepExampleLessons, lessonExamples } from './support/lesson-examples.js';
import { keepExampleNarrative, narrativeExamples } from './support/narrative-examples.js';
import { narrativeAdminExamples } from './support/narrative-admin-examples.js';
import { opsExamples } from './support/ops-examples.js';
import { keepExamplePrompts, promptReadExamples } from './support/prompt-read-examples.js';
import { promptAdminExamples } from './support/prompt-admin-examples.js';
import { promptPeopleExamples } from './support/prompt-people-examples.js';
import { signalExamples, startExampleFeed } from './support/signal-examples.js';
import { snapshotEnv, snapshotExamples } from './support/snapshot-examples.js';
import { ScriptedWriter, writingWith } from './support/scripted-writer.js';
import { TestApp } from './support/test-app.js';
import { keepExampleWebhooks, webhookExamples } from './support/webhook-examples.js';
import { webhookEnv } from './support/webhook-sender.js';

type Responses = Record<string, { readonly content?: Record<string, { readonly schema?: unknown }> }>;

const examples = [
  ...opsExamples,
  ...webhookExamples,
  ...configReadExamples,
  ...configEditExamples,
  ...lessonExamples,
  ...promptReadExamples,
  ...promptAdminExamples,
  ...promptPeopleExamples,
  ...narrativeExamples,
  ...narrativeAdminExamples,
  ...signalExamples,
  ...catalogReadExamples,
  ...snapshotExamples,
];

describe('what is answered when all is well (OP-4)', () => {
  let lastgood: TestApp;
  let document: OpenAPIObject;
  let feed: { close: () => Promise<void>; env: Record<string, string> };
  let catalog: { close: () => Promise<void>; env: Record<string, string> };

  beforeAll(async () => {
    feed = await startExampleFeed();
    catalog = await startExampleCatalog();
    const env = { ...feed.env, ...catalog.env, ...webhookEnv, ...snapshotEnv };
    lastgood = await TestApp.start({ env, prepare: writingWith(new ScriptedWriter()) });
    await keepExampleLessons(lastgood);
    await keepExamplePrompts(lastgood);
    await keepExampleNarrative(lastgood);
    await keepExampleWebhooks(lastgood);
    document = (await lastgood.ask<OpenAPIObject>('/docs-json', { as: 'viewer' })).body;
  });

  afterAll(async () => {
    await lastgood.dispose();
    await feed.close();
    await catalog.close();
  });

  /** Operation and status → the schema of the JSON that is told of it. */
  const told = (): Map<string, unknown> =>
    new Map(
      Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).flatMap(([method, { responses }]: [string, { responses: Responses }]) =>
          Object.entries(responses)
            .filter(([status, { content }]) => status.startsWith('2') && !isText(content))
            .map(([status, { content }]): [string, unknown] => [
              `${method.toUpperCase()} ${path} ${status}`,
              content?.['application/json']?.schema,
            ]),
        ),
      ),
    );

  it('has an example here for each route and status', () => {
    const shown = examples.map(([operation, , , , status]) => `${operation} ${status}`);
    expect([...new Set(shown)].toSorted()).toEqual([...told().keys()].toSorted());
  });

  it('is told by the schemas that the examples are held against', () => {
    for (const [operation, , , schema, status] of examples.filter(([, , , , code]) => code !== 204)) {
      const name = `${operation} ${status}`;
      expect([name, told().get(name)]).toEqual([name, JSON.parse(JSON.stringify(jsonSchemaOf(schema)))]);
    }
  });

  it.each(examples)('%s %s has the form that is told (%#)', async (_, url, ask, schema, status) => {
    const answer = await lastgood.ask(url, ask);
    expect([answer.status, answer.text]).toEqual([status, answer.text]);
    // What the schema does not name is left out of what it reads, and what it has a default for is put in.
    expect(schema.parse(answer.body)).toEqual(answer.body);
  });

  it('GET /health has the form that is told also while something is degraded (MC-20, OP-4)', async () => {
    lastgood.app.get<Report>(REPORT, { strict: false })({ type: 'tier-state', tier: 'redis', isUp: false });
    const { status, body } = await lastgood.ask('/health', { as: 'viewer' });
    expect([status, body['status']]).toEqual([200, 'degraded']);
    expect(detailAnswer.parse(body)).toEqual(body);
  });
});

const isText = (content: Responses[string]['content']): boolean =>
  content !== undefined && !('application/json' in content);
