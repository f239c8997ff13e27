import type { OpenAPIObject } from '@nestjs/swagger';
import { withProblems } from './with-problems.js';

const header = { name: 'If-Match', in: 'header' } as const;
const body = { content: { 'application/json': { schema: {} } } };
const bearer = { security: [{ bearer: [] }] };

const documentOf = (paths: Record<string, Record<string, object>>): OpenAPIObject => ({
  openapi: '3.0.0',
  info: { title: 'a test', version: '1' },
  paths: JSON.parse(JSON.stringify(paths)),
});
const problemsOf = (path: string, method: string, operation: object) => {
  const document = withProblems(documentOf({ [path]: { [method]: { responses: {}, ...operation } } }));
  const [item] = Object.values(document.paths) as unknown as Record<string, { responses: object }>[];
  return Object.keys(item![method]!.responses).map(Number);
};

describe('withProblems (OP-4)', () => {
  it.each<[string, string, string, object, number[]]>([
    ['an open route', '/health/live', 'get', {}, [500]],
    ['readiness', '/health/ready', 'get', {}, [500, 503]],
    ['a read with a key', '/api/v1/x', 'get', bearer, [401, 403, 500, 503]],
    [
      'a read of one thing',
      '/api/v1/x/{id}',
      'get',
      { ...bearer, parameters: [{ name: 'id', in: 'path' }] },
      [400, 401, 403, 404, 500, 503],
    ],
    [
      'a guarded change',
      '/admin/x/{id}',
      'put',
      { ...bearer, parameters: [{ name: 'id', in: 'path' }, header], requestBody: body },
      [400, 401, 403, 404, 412, 413, 415, 422, 428, 429, 500, 503],
    ],
  ])('%s tells of the problems that it may meet', (_, path, method, operation, statuses) => {
    expect(problemsOf(path, method, operation)).toEqual(statuses);
  });

  it('leaves what a route says of itself', () => {
    const own = { description: 'Mine' };
    const document = withProblems(documentOf({ '/x': { get: { responses: { 500: own } } } }));
    expect(document.paths['/x']!.get!.responses[500]).toEqual(own);
  });
});
