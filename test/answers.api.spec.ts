import type { OpenAPIObject } from '@nestjs/swagger';
import { jsonSchemaOf } from '../src/platform/http/json-schema-of.js';
import { configEditExamples } from './support/config-edit-examples.js';
import { configReadExamples } from './support/config-read-examples.js';
import { keepExampleLessons, lessonExamples } from './support/lesson-examples.js';
import { opsExamples } from './support/ops-examples.js';
import { keepExamplePrompts, promptReadExamples } from './support/prompt-read-examples.js';
import { promptAdminExamples } from './support/prompt-admin-examples.js';
import { promptPeopleExamples } from './support/prompt-people-examples.js';
import { ScriptedWriter, writingWith } from './support/scripted-writer.js';
import { TestApp } from './support/test-app.js';

type Responses = Record<string, { readonly content?: Record<string, { readonly schema?: unknown }> }>;

const examples = [
  ...opsExamples,
  ...configReadExamples,
  ...configEditExamples,
  ...lessonExamples,
  ...promptReadExamples,
  ...promptAdminExamples,
  ...promptPeopleExamples,
];

describe('what is answered when all is well (OP-4)', () => {
  let lastgood: TestApp;
  let document: OpenAPIObject;

  beforeAll(async () => {
    lastgood = await TestApp.start({ prepare: writingWith(new ScriptedWriter()) });
    await keepExampleLessons(lastgood);
    await keepExamplePrompts(lastgood);
    document = (await lastgood.ask<OpenAPIObject>('/docs-json', { as: 'viewer' })).body;
  });

  afterAll(() => lastgood.dispose());

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
});

const isText = (content: Responses[string]['content']): boolean =>
  content !== undefined && !('application/json' in content);
