import type { OpenAPIObject } from '@nestjs/swagger';
import { isAdminRoute } from '../security/index.js';
import { jsonSchemaOf } from './json-schema-of.js';
import { problemSchema } from './problem.schema.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

const told: Readonly<Record<number, string>> = {
  400: 'The request does not have the form that is asked for; `faults` has every reason',
  401: 'No valid key: none, an unknown, wrong, expired or revoked one',
  403: 'The key is valid, and its role is not the one that is needed',
  404: 'There is no such thing; it is not that it cannot be had now',
  412: 'It was changed since it was read: read it again',
  413: 'The body is larger than this route takes',
  415: 'The body is of another type than JSON',
  422: 'The form is right and the content is not; `faults` has every reason',
  428: 'Say by If-Match what is to be replaced, or by If-None-Match: * that it is new',
  429: 'Too many requests; Retry-After says when to come back',
  500: 'An error that was not foreseen',
  503: 'It cannot be had now; Retry-After says when it may be',
};

/** Adds to every operation the problems that it may answer with; those that the route itself names stay. */
export function withProblems(document: OpenAPIObject): OpenAPIObject {
  const components = (document.components ??= {});
  (components.schemas ??= {}).Problem = jsonSchemaOf(problemSchema);
  const named = (components.responses ??= {});
  for (const [status, description] of Object.entries(told)) named[nameOf(status)] = problem(description);
  for (const [path, item] of Object.entries(document.paths))
    for (const method of methods) {
      const operation = item[method];
      if (operation === undefined) continue;
      for (const status of problemsOf(method, path, operation))
        operation.responses[status] ??= { $ref: `#/components/responses/${nameOf(status)}` };
    }
  return document;
}

const nameOf = (status: number | string): string => `Problem${status}`;

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** Told from what the operation asks for: what it is protected by, what it takes and what it changes. */
function problemsOf(
  method: string,
  path: string,
  { security, parameters, requestBody }: Operation,
): number[] {
  const names = new Set(
    (parameters ?? []).flatMap((each) => ('name' in each ? [each.name.toLowerCase()] : [])),
  );
  const isPublic = (security ?? []).length === 0;
  const isConditional = names.has('if-match');
  return [
    ...(names.size > 0 || requestBody !== undefined ? [400] : []),
    ...(isPublic ? [] : [401, 403]),
    ...(path.includes('{') || names.has('namespace') ? [404] : []),
    ...(isConditional ? [412] : []),
    ...(requestBody === undefined ? [] : [413, 415, 422]),
    ...(isConditional ? [428] : []),
    ...(isAdminRoute(method.toUpperCase(), path.replace(/\{(\w+)\}/g, ':$1')) ? [429] : []),
    500,
    ...(/^\/(api|admin)\/|^\/health(\/ready)?$/.test(path) ? [503] : []),
  ];
}
