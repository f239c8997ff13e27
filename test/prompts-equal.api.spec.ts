import * as fc from 'fast-check';
import { createPromptClient, type PromptClient } from '../src/prompts.js';
import { TestApp } from './support/test-app.js';

const statics = ['role_perspective', 'subject_name', 'language', 'style', 'target_audience'];
const dynamics = ['input_content', 'exam_content', 'handwritten_notes', 'study_material'];
const templates = 40;
const people = 25;

interface GeneratedTemplate {
  readonly body: string;
  readonly system: string | null;
  readonly dynamic: readonly string[];
}

/** What Postgres takes: no NUL, no half of a character. */
const words = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll(/[{}%\0]/g, '-'));
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '\0', '{{ style }}', '{% raw %}', '{%- endraw -%}', '<b>&amp;</b>', '\ud800', '  \n\t'),
);
const part = (names: readonly string[]) =>
  fc.oneof(
    words,
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('', ' | upcase', ' | strip', ' | size', ' | json'))
      .map(([name, filter]) => `{{ ${name}${filter} }}`),
    fc
      .tuple(fc.constantFrom(...names), words)
      .map(([name, text]) => `{% if ${name} == '' %}none{% else %}${text}{{- ${name} -}}{% endif %}`),
    words.map((text) => `{% raw %}${text}{{ style }}{% endraw %}`),
    fc.constant(`{% for each in list %}{{ forloop.index }}:{{ each.text }};{% endfor %}{{ list | json }}`),
  );
/** What a careless hand would trim, or turn into another end of a line. */
const edge = fc.constantFrom('', ' ', '\r\n', '\n\n', '\t\u00a0', '\ufeff');
const template: fc.Arbitrary<GeneratedTemplate> = fc
  .record({
    parts: fc.array(part([...statics, ...dynamics]), { minLength: 1, maxLength: 8 }),
    before: fc.option(fc.array(part([...statics, ...dynamics]), { minLength: 1, maxLength: 2 })),
    start: edge,
    end: edge,
  })
  .map(({ parts, before, start, end }) => {
    const body = `${start}Node: ${parts.join(' ')}${end}`;
    const system = before && `${end}You: ${before.join('')}${start}`;
    const isUsed = (name: string) => new RegExp(`\\{[{%][^}]*\\b${name}\\b`).test(body + (system ?? ''));
    return { body, system, dynamic: [...dynamics, 'list'].filter(isUsed).toSorted() };
  });
const settings = fc.record(
  Object.fromEntries(
    statics.map((name) => [name, anything.filter((text) => text !== '' && !/[\0\ud800-\udfff]/.test(text))]),
  ),
  { requiredKeys: statics },
);
const context = fc.record({
  ...Object.fromEntries(dynamics.map((name) => [name, fc.oneof(anything, fc.integer(), fc.boolean())])),
  list: fc.array(
    fc.record({
      text: fc.oneof(anything, fc.double({ noNaN: true, noDefaultInfinity: true })),
      // Names that frameworks take out of what is sent.
      constructor: anything,
      prototype: anything,
    }),
    {
      maxLength: 4,
    },
  ),
});

/** Prompts rendered by the service and by a client of it (PR-4). */
describe('a prompt', () => {
  let lastgood: TestApp;
  let client: PromptClient;

  beforeAll(async () => {
    lastgood = await TestApp.start();
    client = createPromptClient({ url: lastgood.url, apiKey: lastgood.keys.client });
    for (const [at, { body, system, dynamic }] of fc.sample(template, templates).entries()) {
      await lastgood.sql(
        `WITH made AS (
           INSERT INTO lastgood.prompt_templates
             (node_name, language, version, system, body, required_dynamic_placeholders)
           VALUES ($1, 'any', 1, $2, $3, $4))
         SELECT 1`,
        [`node_${at}`, system, body, dynamic],
      );
      await lastgood.sql(
        `INSERT INTO lastgood.prompt_labels (node_name, language, label, version) VALUES ($1, 'any', 'production', 1)`,
        [`node_${at}`],
      );
    }
    for (const [at, values] of fc.sample(settings, people).entries()) {
      await lastgood.sql(
        `INSERT INTO lastgood.user_placeholder_settings (user_id, placeholder, value)
         SELECT $1, key, value FROM json_each_text($2)`,
        [`${at}`, JSON.stringify(values)],
      );
    }
  });

  afterAll(async () => {
    client.close();
    await lastgood.dispose();
  });

  it('is byte for byte the same, rendered by the service or by its client, whatever is put in (PR-4, PR-5)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: templates - 1 }),
        fc.nat({ max: people - 1 }),
        context,
        async (node, person, given) => {
          const { status, body } = await lastgood.ask<{
            prompt: string;
            system: string | null;
            used_placeholders: string[];
            template_version: number;
          }>('/api/v1/generate-prompt', {
            method: 'POST',
            body: { user_id: person, node_name: `node_${node}`, context: given },
          });
          expect(status).toBe(200);
          const local = await client.render({ nodeName: `node_${node}`, userId: person, context: given });
          expect(local.mode).toBe('local');
          expect([local.prompt, local.system, local.usedPlaceholders, local.templateVersion]).toEqual([
            body.prompt,
            body.system,
            body.used_placeholders,
            body.template_version,
          ]);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
