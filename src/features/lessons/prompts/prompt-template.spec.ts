import * as fc from 'fast-check';
import { PromptInvalidError } from './prompt-invalid.error.js';
import { PromptTemplate } from './prompt-template.js';

const template = (user: string, system = 'You write.') =>
  new PromptTemplate({ name: 'a_prompt', system, user });
const rendered = (user: string, variables: Record<string, unknown>) =>
  template(user).render(variables).at(-1)!.content;

describe('a prompt template', () => {
  it('gives a system message and a user message', () => {
    expect(template('Write {{ title }}').render({ title: 'Caches' })).toEqual([
      { role: 'system', content: 'You write.' },
      { role: 'user', content: 'Write Caches' },
    ]);
  });

  it('puts in whatever text there is as it is, and renders none of it again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(rendered('<{{ text }}>', { text })).toBe(`<${text}>`);
      }),
    );
    for (const text of ['{{ secret }}', '{% raw %}', '{% include "x" %}', '<b>&amp;</b>', '\0'])
      expect(rendered('{{ text }}', { text, secret: 'no' })).toBe(text);
  });

  it('refuses to render what nobody gave, naming it', () => {
    const render = () => rendered('{{ lesson.title }} {{ draft }}', { lesson: { title: 'Caches' } });
    expect(render).toThrow(PromptInvalidError);
    expect(render).toThrow(/a_prompt.*draft/);
  });

  it('does not reach what an object inherits, nor files', () => {
    expect(() => rendered('{{ text.constructor }}', { text: {} })).toThrow(PromptInvalidError);
    expect(() => rendered('{% include "/etc/passwd" %}', {})).toThrow(PromptInvalidError);
  });

  it('refuses bad syntax as it is made', () => {
    expect(() => template('{% if %}')).toThrow(PromptInvalidError);
    expect(() => template('{{ a | no_such_filter }}').render({ a: 1 })).toThrow(/no_such_filter/);
  });
});
