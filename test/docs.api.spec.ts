import type { OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  clearedAnswer,
  entriesAnswer,
  explainAnswer,
  settingsAnswer,
  statsAnswer,
  versionedAnswer,
} from '../src/ops/cache-admin/cache-admin.answers.js';
import { detailAnswer, liveAnswer, readyAnswer } from '../src/ops/health/health.answers.js';
import { problemSchema } from '../src/platform/http/problem.schema.js';
import type { Ask } from './support/http-client.js';
import { TestApp } from './support/test-app.js';

/** Routes of features whose answers have no schema yet. */
const withoutSchema = /^[A-Z]+ \/(api\/v1\/config|admin\/(?!cache))/;

interface Operation {
  readonly responses: Record<string, { $ref?: string; content?: Record<string, { schema?: object }> }>;
}

const reason = 'a test';
const byAdmin = (method: string, body: object): Ask => ({ as: 'admin', method, body });

/** What `/docs-json` says of answers (OP-4); that it names every route is shown in metrics.api.spec.ts. */
describe('the document at /docs-json (OP-4)', () => {
  let lastgood: TestApp;
  let document: OpenAPIObject;

  beforeAll(async () => {
    lastgood = await TestApp.start();
    document = (await lastgood.ask<OpenAPIObject>('/docs-json', { as: 'viewer' })).body;
  });

  afterAll(() => lastgood.dispose());

  const operations = (): [name: string, Operation][] =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation as Operation,
      ]),
    );
  /** What is told of a status: of itself, or where it is defined for all. */
  const told = (operation: Operation, status: number) => {
    const response = operation.responses[status];
    const name = response?.$ref?.replace('#/components/responses/', '');
    return name === undefined ? response : (document.components!.responses![name] as typeof response);
  };

  it('has a schema of what each route answers when all is well', () => {
    const missing = operations().filter(([, { responses }]) => {
      const success = Object.entries(responses).find(([status]) => status.startsWith('2'));
      return Object.values(success?.[1].content ?? {}).every(({ schema }) => schema === undefined);
    });
    expect(missing.map(([name]) => name).filter((name) => !withoutSchema.test(name))).toEqual([]);
  });

  it('tells of problems in one form, defined once, and every reference leads somewhere', () => {
    for (const [name, operation] of operations()) {
      const statuses = Object.keys(operation.responses).map(Number);
      expect([name, statuses]).toEqual([name, expect.arrayContaining([500])]);
      for (const status of statuses.filter((each) => each >= 400))
        expect([name, status, told(operation, status)?.content]).toEqual([
          name,
          status,
          { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        ]);
    }
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(50);
    for (const [, kind, name] of references)
      expect(Object.keys(Reflect.get(document.components!, kind!) as object)).toContain(name);
    expect(Object.keys(document.components!.schemas!)).toEqual(['Problem']);
  });

  it.each<[string, string, Ask, number]>([
    ['GET /admin/phases', '/admin/phases', { as: null }, 401],
    ['GET /admin/phases', '/admin/phases', { as: 'client' }, 403],
    ['GET /api/v1/config/phases/{phase}', '/api/v1/config/phases/nowhere', {}, 404],
    ['GET /api/v1/config/phases/{phase}', '/api/v1/config/phases/stage_4?a=b', {}, 400],
    ['POST /admin/cache/{namespace}/purge', '/admin/cache/prompts/purge', byAdmin('POST', {}), 400],
    ['GET /admin/cache/{namespace}/settings', '/admin/cache/none/settings', { as: 'viewer' }, 404],
    ['GET /admin/cache/explain', '/admin/cache/explain?namespace=none&key=x', { as: 'viewer' }, 404],
    [
      'PUT /admin/phases/{phase}',
      '/admin/phases/stage_4',
      { as: 'editor', method: 'PUT', body: { settings: {}, reason } },
      400,
    ],
  ])('%s answers %s with a problem that it tells of (%#)', async (name, path, ask, status) => {
    const answer = await lastgood.ask(path, ask);
    expect(answer.status).toBe(status);
    expect(problemSchema.strict().parse(answer.body)).toEqual(answer.body);
    expect(told(new Map(operations()).get(name)!, status)).toBeDefined();
  });

  it.each<[string, z.ZodType, Ask]>([
    ['/health/live', liveAnswer, { as: null }],
    ['/health/ready', readyAnswer, { as: null }],
    ['/health', detailAnswer, { as: 'viewer' }],
    ['/admin/cache/stats', statsAnswer, { as: 'viewer' }],
    ['/admin/cache/explain?namespace=model-config&key=snapshot', explainAnswer, { as: 'viewer' }],
    ['/admin/cache/explain?namespace=model-config&key=none', explainAnswer, { as: 'viewer' }],
    ['/admin/cache/model-config/entries', entriesAnswer, { as: 'viewer' }],
    ['/admin/cache/model-config/settings', settingsAnswer, { as: 'viewer' }],
    ['/admin/cache/model-config/settings', settingsAnswer, byAdmin('PUT', { switches: { redis: false } })],
    ['/admin/cache/model-config/invalidate', versionedAnswer, byAdmin('POST', { key: 'snapshot' })],
    ['/admin/cache/clear', clearedAnswer, byAdmin('POST', { reason })],
  ])('what %s answers has the form that is told, and nothing beside it (%#)', async (path, schema, ask) => {
    const { status, body } = await lastgood.ask(path, ask);
    expect(status).toBe(200);
    expect(schema.parse(body)).toEqual(body);
  });
});
