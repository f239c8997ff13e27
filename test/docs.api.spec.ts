import type { OpenAPIObject } from '@nestjs/swagger';
import { problemSchema } from '../src/platform/http/problem.schema.js';
import type { Ask } from './support/http-client.js';
import { TestApp } from './support/test-app.js';

type Content = Record<string, { readonly schema?: object }>;

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<string, { $ref?: string; content?: Content; headers?: object }>;
}

const reason = 'a test';
const byAdmin = (method: string, body: object): Ask => ({ as: 'admin', method, body });

/**
 * What `/docs-json` says of answers (OP-4). That it names every route is shown in metrics.api.spec.ts, and that answers
 * are as it says in answers.api.spec.ts.
 */
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
    const isTold = (status: string, content: Content = {}) =>
      status === '204' || Object.values(content).some(({ schema }) => schema !== undefined);
    for (const [name, { responses }] of operations()) {
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect([name, good]).not.toEqual([name, []]);
      const untold = good.filter(([status, { content }]) => !isTold(status, content));
      expect([name, untold]).toEqual([name, []]);
    }
  });

  it('says of every change of the configuration, of an order and of a push, that it can be asked for again, and made once', () => {
    const keyed = operations().filter(([, { parameters = [] }]) =>
      parameters.some(({ name, in: place }) => name === 'Idempotency-Key' && place === 'header'),
    );
    expect(keyed.map(([name]) => name).toSorted()).toEqual([
      'DELETE /admin/judges/{language}',
      'DELETE /admin/models/{path}',
      'DELETE /admin/phases/{phase}',
      'POST /admin/config/import',
      'POST /admin/history/{version}/rollback',
      'POST /api/v1/lessons',
      'POST /api/v1/signals/{type}/{id}',
      'PUT /admin/judges/{language}',
      'PUT /admin/models/{path}',
      'PUT /admin/phases/{phase}',
    ]);
  });

  it.each([
    '/api/v1/config/phases/{phase}',
    '/api/v1/config/stages/{stage}',
    '/api/v1/config/judges',
    '/api/v1/config/snapshot',
  ])('GET %s takes a jobId, and sends the headers that are told, 304 included', async (path) => {
    const { parameters = [], responses } = new Map(operations()).get(`GET ${path}`)!;
    expect(parameters.map(({ name }) => name)).toContain('jobId');
    const url = `${path.replace('{phase}', 'stage_4').replace('{stage}', '4')}${path.endsWith('judges') ? '?language=en' : ''}`;
    const fresh = await lastgood.ask(url);
    const known = await lastgood.ask(url, { headers: { 'if-none-match': fresh.headers.get('etag')! } });
    for (const [status, { headers }] of [
      [200, fresh],
      [304, known],
    ] as const) {
      const names = Object.keys(responses[status]!.headers!);
      expect(names).toEqual(['ETag', 'Age', 'Cache-Control', 'Cache-Status']);
      expect(names.filter((name) => !headers.has(name))).toEqual([]);
    }
    expect([fresh.status, known.status, known.text]).toEqual([200, 304, '']);
    expect(responses[304]!.content).toBeUndefined();
  });

  /** What is degraded is told in one form, whether anything can be served or nothing (MC-20). */
  const isDetail = (name: string, status: number) => name === 'GET /health' && status === 503;

  it('tells of problems in one form, defined once, and every reference leads somewhere', () => {
    for (const [name, operation] of operations()) {
      const statuses = Object.keys(operation.responses).map(Number);
      expect([name, statuses]).toEqual([name, expect.arrayContaining([500])]);
      for (const status of statuses.filter((each) => each >= 400 && !isDetail(name, each)))
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
    ['GET /api/v1/config/judges', '/api/v1/config/judges?language=en&jobId=none', {}, 404],
    ['GET /api/v1/config/snapshot', '/api/v1/config/snapshot?jobId=none', {}, 404],
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
});
