import type { Role } from './role.js';

export type Access = Role | 'open';

/** What `METRICS_TOKEN` opens too; it is only read. */
export const metricsRoute = '/metrics';

/** Who may call what: every route of the process, by method and path template. What is not here is refused. */
export const roleTable: Readonly<Record<string, Access>> = {
  'GET /health/live': 'open',
  'GET /health/ready': 'open',
  'GET /health': 'viewer',
  'GET /metrics': 'viewer',
  'GET /docs': 'viewer',
  'GET /docs/': 'viewer',
  'GET /docs/index.html': 'viewer',
  'GET /docs/swagger-ui-init.js': 'viewer',
  'GET /docs/docs/swagger-ui-init.js': 'viewer',
  'GET /docs/LICENSE': 'viewer',
  'GET /docs/*': 'viewer',
  'GET /docs-json': 'viewer',
  'GET /docs-yaml': 'viewer',

  'GET /api/v1/config/phases/:phase': 'client',
  'GET /api/v1/config/stages/:stage': 'client',
  'GET /api/v1/config/judges': 'client',
  'GET /api/v1/config/snapshot': 'client',
  'PUT /api/v1/config/jobs/*': 'client',
  'GET /api/v1/config/jobs/*': 'client',
  'DELETE /api/v1/config/jobs/*': 'client',

  'POST /api/v1/lessons': 'client',
  'GET /api/v1/lessons/:id': 'client',
  'DELETE /api/v1/lessons/:id': 'client',
  'GET /api/v1/lessons/:id/events': 'client',

  'POST /api/v1/narratives': 'client',

  'GET /api/v1/catalog/publishers': 'client',
  'GET /api/v1/catalog/publishers/:id': 'client',
  'GET /api/v1/catalog/publishers/:id/logo': 'client',
  'GET /api/v1/catalog/books': 'client',
  'GET /api/v1/catalog/books/:id': 'client',
  'GET /api/v1/catalog/books/:id/config': 'client',

  'GET /api/v1/signals/:type': 'client',
  'GET /api/v1/signals/:type/:id': 'client',
  'POST /api/v1/signals/require': 'client',
  'POST /api/v1/signals/:type/:id': 'writer',

  'POST /api/v1/prompt-data': 'client',
  'POST /api/v1/prompt-data/batch': 'client',
  'POST /api/v1/generate-prompt': 'client',
  'GET /api/v1/placeholders': 'client',
  'GET /api/v1/profiles': 'client',
  // Of these, the person's own token and an admin alone get further (PersonGuard).
  'GET /api/v1/users/:id/placeholders': 'client',
  'PUT /api/v1/users/:id/placeholders': 'client',
  'DELETE /api/v1/users/:id/placeholders': 'client',
  'DELETE /api/v1/users/:id/placeholders/:name': 'client',
  'POST /api/v1/users/:id/apply-profile': 'client',

  'PUT /admin/placeholders/:name': 'editor',
  'DELETE /admin/placeholders/:name': 'editor',
  'PUT /admin/profiles/:name': 'editor',
  'DELETE /admin/profiles/:name': 'editor',

  'GET /admin/phases': 'viewer',
  'GET /admin/phases/:phase': 'viewer',
  'PUT /admin/phases/:phase': 'editor',
  'GET /admin/judges/:language': 'viewer',
  'PUT /admin/judges/:language': 'admin',
  'GET /admin/models': 'viewer',
  'GET /admin/models/*': 'viewer',
  'PUT /admin/models/*': 'admin',

  'DELETE /admin/phases/:phase': 'editor',
  'DELETE /admin/judges/:language': 'admin',
  'DELETE /admin/models/*': 'admin',
  'GET /admin/config/export': 'viewer',
  'GET /admin/config/snapshot': 'viewer',
  'POST /admin/config/snapshot': 'admin',
  'POST /admin/config/validate': 'viewer',
  'POST /admin/config/diff': 'viewer',
  'POST /admin/config/import': 'admin',
  'GET /admin/history': 'viewer',
  'GET /admin/history/:version/diff': 'viewer',
  'POST /admin/history/:version/rollback': 'admin',
  'GET /admin/cluster': 'viewer',

  'GET /admin/prompts': 'viewer',
  'GET /admin/prompts/:node': 'viewer',
  'GET /admin/prompts/:node/versions/:version': 'viewer',
  'GET /admin/prompts/:node/diff': 'viewer',
  'POST /admin/prompts/preview': 'viewer',
  'POST /admin/prompts/:node/versions': 'editor',
  // What the label `production` stands for is an admin's to say all the same.
  'PUT /admin/prompts/:node/labels/:label': 'editor',
  'DELETE /admin/prompts/:node/labels/:label': 'editor',
  'DELETE /admin/prompts/:node': 'admin',
  'PUT /admin/prompts/:node/mode': 'admin',

  // Admins' by role and by rate, though they stand beside what everybody calls.
  'GET /api/v1/narratives/stats': 'admin',
  'GET /api/v1/narratives/analytics': 'admin',
  'DELETE /api/v1/narratives/user/:userId': 'admin',
  'GET /api/narrative/stats': 'admin',
  'GET /api/narrative/analytics': 'admin',
  'DELETE /api/narrative/user/:userId': 'admin',

  'GET /admin/signals/stats': 'viewer',
  'POST /admin/signals/flush': 'admin',
  'POST /admin/signals/cleanup': 'admin',
  'POST /admin/signals/warm': 'admin',

  // A signature is what lets in.
  'POST /webhooks/catalog': 'open',
  'GET /admin/catalog/webhooks': 'viewer',
  'POST /admin/catalog/webhooks/:id/replay': 'admin',

  'GET /admin/cache/stats': 'viewer',
  'GET /admin/cache/explain': 'viewer',
  'POST /admin/cache/clear': 'admin',
  'GET /admin/cache/:namespace/entries': 'viewer',
  'POST /admin/cache/:namespace/invalidate': 'admin',
  'POST /admin/cache/:namespace/purge': 'admin',
  'GET /admin/cache/:namespace/settings': 'viewer',
  'PUT /admin/cache/:namespace/settings': 'admin',
  'PUT /admin/cache/:namespace/freeze': 'admin',
};

/** `null` for a route that is not declared. Fastify answers HEAD by the route of GET. */
export function accessFor(method: string, route: string | undefined): Access | null {
  const verb = method === 'HEAD' ? 'GET' : method;
  const key = `${verb} ${route}`;
  return Object.hasOwn(roleTable, key) ? roleTable[key]! : null;
}
