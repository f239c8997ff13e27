import * as fc from 'fast-check';
import { PlaceholderConflictError } from '../prompt/placeholder-conflict.error.js';
import { PlaceholdersMissingError } from '../prompt/placeholders-missing.error.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import { PromptTooLargeError } from '../prompt/prompt-too-large.error.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { liquidEngine } from './liquid-engine.js';
import { renderPrompt } from './render-prompt.js';

const templateOf = (body: string, more: Partial<PromptTemplate> = {}): PromptTemplate => ({
  nodeName: 'a_node',
  language: 'any',
  label: 'production',
  version: 1,
  system: null,
  body,
  dynamicPlaceholders: [],
  cacheTtlMs: 60_000,
  allowStale: false,
  localShare: 1,
  ...more,
});
const render = (template: PromptTemplate, context: object, settings: Record<string, string> = {}) =>
  renderPrompt({ template, settings }, context as Record<string, unknown>);
const errorOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
};
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '{{x}}',
    '{% raw %}',
    '{%endraw%}{{ secret }}',
    '\0',
    '\ud800',
    '<b>&amp;',
    '{{',
    '%}',
    '$&',
    ' \n',
  ),
);

describe('renderPrompt', () => {
  it('puts in what the person set and what the moment gives, in both parts (PR-5)', () => {
    const template = templateOf('{{ style }}: {{ input_content }}', {
      system: 'You are {{ role }}.',
      dynamicPlaceholders: ['input_content'],
    });
    expect(render(template, { input_content: 'x' }, { style: 'brief', role: 'a tutor' })).toEqual({
      prompt: 'brief: x',
      system: 'You are a tutor.',
      usedPlaceholders: ['input_content', 'role', 'style'],
    });
    expect(render(templateOf('plain'), {}).system).toBeNull();
  });

  it('puts any text in as it is, wherever it comes from, and renders none of it again (PR-5)', () => {
    const template = templateOf('<{{ a }}|{{ b.c[0] }}|{{ set }}>', { dynamicPlaceholders: ['a', 'b'] });
    fc.assert(
      fc.property(hostile, hostile, hostile, (a, c, set) => {
        expect(render(template, { a, b: { c: [c] } }, { set }).prompt).toBe(`<${a}|${c}|${set}>`);
      }),
    );
  });

  it('puts a megabyte in as it is, and refuses one byte more (PR-9)', () => {
    const template = templateOf('{{ a }}');
    const most = '{'.repeat(promptLimits.contextBytes - 1);
    expect(render(template, { a: most }).prompt).toBe(most);
    expect(() => render(template, { a: `${most}{` })).toThrow(PromptTooLargeError);
    expect(() => render(template, { a: '€'.repeat(promptLimits.contextBytes / 3 + 1) })).toThrow(
      PromptTooLargeError,
    );
  });

  it('lists everything that is missing, by who has to give it, and nothing else (PR-5)', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const body = names.map((name) => `{{ ${name} }}`).join('');
    const some = fc.subarray(names);
    fc.assert(
      fc.property(some, some, (dynamicPlaceholders, given) => {
        const isDynamic = (name: string) => dynamicPlaceholders.includes(name);
        const of = (chosen: string[]) => Object.fromEntries(chosen.map((name) => [name, '']));
        const missing = names.filter((name) => !given.includes(name));
        const work = () =>
          render(
            templateOf(body, { dynamicPlaceholders }),
            of(given.filter(isDynamic)),
            of(given.filter((name) => !isDynamic(name))),
          );
        fc.pre(missing.length > 0);
        const error = errorOf(work) as PlaceholdersMissingError;
        expect(error).toBeInstanceOf(PlaceholdersMissingError);
        expect(error.missing).toEqual(missing);
        expect(error.faults.filter(({ path }) => path.startsWith('context.'))).toHaveLength(
          missing.filter(isDynamic).length,
        );
      }),
    );
  });

  it('takes null for missing, and an empty text for given (PR-5)', () => {
    const template = templateOf('[{{ a }}]', { dynamicPlaceholders: ['a'] });
    expect(() => render(template, { a: null })).toThrow(PlaceholdersMissingError);
    expect(render(template, { a: '' }).prompt).toBe('[]');
  });

  it('finds no name on the prototype of what is given (PR-5)', () => {
    expect(() => render(templateOf('{{ constructor }}'), {})).toThrow(PlaceholdersMissingError);
    expect(() => render(templateOf('{{ a.constructor }}'), { a: {} })).toThrow(PromptInvalidError);
  });

  it.each(['toString', 'constructor', 'constructor.name', '__proto__', 'hasOwnProperty'])(
    'finds nothing that a value inherits (%s), within what is given (PR-5)',
    (path) => {
      const template = templateOf(`{{ given.${path} }}`, { dynamicPlaceholders: ['given'] });
      for (const given of [{}, [], 'text', 7])
        expect(errorOf(() => render(template, { given }))).toBeInstanceOf(PromptInvalidError);
    },
  );

  it('never lets the context override what the person set, but where the template declares it (PR-5)', () => {
    const body = '{{ style }} {{ tone }}';
    const settings = { style: 'mine', tone: 'mine' };
    const error = errorOf(() => render(templateOf(body), { style: 'other', tone: null }, settings));
    expect(error).toBeInstanceOf(PlaceholderConflictError);
    expect((error as PlaceholderConflictError).names).toEqual(['style', 'tone']);
    const declared = templateOf(body, { dynamicPlaceholders: ['style'] });
    expect(render(declared, { style: 'now' }, settings).prompt).toBe('now mine');
    expect(() => render(declared, {}, settings)).toThrow(PlaceholdersMissingError);
  });

  it('takes from the context what the person has not set, and leaves alone what nobody asks for (PR-5)', () => {
    expect(render(templateOf('{{ style }}'), { style: 'given', other: 1 }, { unused: 'x' }).prompt).toBe(
      'given',
    );
    expect(render(templateOf('-'), { unused: 'y' }, { unused: 'x' }).prompt).toBe('-');
  });

  it('names what is not there within a value, in words of the template alone (PR-5)', () => {
    const fault = (body: string, context: object) =>
      (errorOf(() => render(templateOf(body), context)) as PromptInvalidError).faults[0];
    expect(fault('a\n{{ lesson.titel }}', { lesson: { title: 'x' } })).toEqual({
      path: 'template',
      message: 'line 2, column 4: "lesson.titel" is not there',
    });
    const secret = fault('{{ lesson[key] }}', { lesson: {}, key: 'SECRET' });
    expect(secret?.message).toContain('"lesson[key]" is not there');
    expect(JSON.stringify(secret)).not.toContain('SECRET');
  });

  it('puts no object in as "[object Object]", nor tells what is in it (PR-5)', () => {
    const bodies = [
      '{{ lesson }}',
      "{{ lesson | append: 'x' }}",
      "{{ 'x' | replace: 'x', lesson }}",
      '{{ lesson | join }}',
    ];
    for (const body of [...bodies, '{% for i in (1..1) %}{{ forloop }}{{ lesson }}{% endfor %}']) {
      for (const lesson of [{ secret: 'SECRET' }, [[{ toString: 'SECRET' }]]]) {
        const error = errorOf(() => render(templateOf(body), { lesson })) as PromptInvalidError;
        expect(error.message).toContain('an object has no text of its own');
        expect(`${error.message}${error.stack}`).not.toContain('SECRET');
      }
    }
    expect(render(templateOf("[{{ nil }}{{ a | replace: 'x', nil | append: a }}]"), { a: 'x' }).prompt).toBe(
      '[x]',
    );
    expect(render(templateOf('{{ lesson | json }}'), { lesson: { a: [1, null] } }).prompt).toBe(
      '{"a":[1,null]}',
    );
    expect(render(templateOf('{{ a }}{{ b }}{{ c }}'), { a: ['x', 1], b: false, c: [null] }).prompt).toBe(
      'x1false',
    );
  });

  it.each([
    ['a long range', '{% for i in (1..n) %}x{% endfor %}', 1e9],
    ['many large texts', '{{ text }}'.repeat(100), 1],
    ['much text over and over', '{% for i in (1..n) %}{{ text }}{% endfor %}', 1_000],
    ['words of its own over and over', `{% for i in (1..n) %}${'€'.repeat(10_000)}{% endfor %}`, 10_000],
  ])('stops %s, and puts together no more than there may be (PR-9)', (_, body, n) => {
    const counted = jest.spyOn(Buffer, 'byteLength');
    const text = 'x'.repeat(100_000);
    const context = body.includes('text') ? { n, text } : { n };
    const error = errorOf(() => render(templateOf(body), context));
    expect(error).toBeInstanceOf(PromptTooLargeError);
    const lengths = counted.mock.calls.map(([value]) => (value as string).length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(promptLimits.promptBytes);
    counted.mockRestore();
  });

  it('makes the same of the same, with nothing left over from one rendering to the next (PR-4)', () => {
    const template = templateOf(
      '{% assign n = xs | size %}{% for x in xs %}{% cycle "a", "b" %}{{ x }}{% endfor %}{{ n }}',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (xs) => {
        const copy = JSON.parse(JSON.stringify({ xs })) as object;
        expect(render(template, copy)).toEqual(render(template, { xs }));
      }),
    );
  });

  it('parses a template once for as long as it is the same object (PR-10)', () => {
    const parse = jest.spyOn(liquidEngine, 'parse');
    const template = templateOf('{{ a }}', { system: '{{ a }}' });
    for (let i = 0; i < 10; i++) render(template, { a: `${i}` });
    expect(parse).toHaveBeenCalledTimes(2);
    render({ ...template }, { a: 'x' });
    expect(parse).toHaveBeenCalledTimes(4);
    parse.mockRestore();
  });
});
