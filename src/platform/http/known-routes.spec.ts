import type { RouteOptions } from 'fastify';
import { KnownRoutes } from './known-routes.js';

const handler = () => undefined;
const route = (method: string | string[], url: string): RouteOptions => ({ method, url, handler });

describe('KnownRoutes (OP-4)', () => {
  const routes = new KnownRoutes();
  for (const each of [
    route(['GET', 'HEAD'], '/admin/phases'),
    route('GET', '/admin/phases/:phase'),
    route('PUT', '/admin/phases/:phase'),
    route('DELETE', '/admin/models/*'),
  ])
    routes.add(each);

  it.each([
    ['/admin/phases', ['GET', 'HEAD']],
    ['/admin/phases?a=/b', ['GET', 'HEAD']],
    ['/%61dmin/phases', ['GET', 'HEAD']],
    ['/admin/phases/a%2Fb', ['GET', 'PUT']],
    ['/admin/models/a/b/c', ['DELETE']],
    ['/admin/models/', ['DELETE']],
    ['/admin/models', []],
    ['/admin/phases/', []],
    ['/admin/phases/a/b', []],
    ['/admin', []],
    ['/', []],
    ['', []],
    ['/%zz', []],
  ])('%s has %j', (url, methods) => {
    expect(routes.methodsOf(url)).toEqual(methods);
  });
});
