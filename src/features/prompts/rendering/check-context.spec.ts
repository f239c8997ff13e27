import * as fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import { PromptTooLargeError } from '../prompt/prompt-too-large.error.js';
import { checkContext } from './check-context.js';

const faultOf = (context: unknown): string => {
  try {
    checkContext(context);
  } catch (error) {
    if (error instanceof PromptInvalidError) return error.faults[0]!.path;
    throw error;
  }
  throw new Error('It was accepted');
};
const circle: Record<string, unknown> = {};
circle['a'] = circle;
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

describe('checkContext', () => {
  it('accepts whatever JSON can say without touching a prototype, of any realm (PR-5)', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.jsonValue({ maxDepth: 5 })), (context) => {
        const text = JSON.stringify(context);
        fc.pre(!text.includes('"__proto__"') && !text.includes('"prototype"'));
        expect(() => checkContext(JSON.parse(text))).not.toThrow();
      }),
    );
    expect(() => checkContext(runInNewContext('({ a: [{ b: "\\ud800\\0" }] })'))).not.toThrow();
    expect(() => checkContext({ constructor: 'x', a: { constructor: {}, toJSON: 'text' } })).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['no object', 'text', 'context'],
    ['an array', [], 'context'],
    ['null', null, 'context'],
    ['undefined', { a: undefined }, 'context.a'],
    ['a hole', { a: Array.from({ length: 2 }).fill(1, 1) }, 'context.a[0]'],
    ['a function', { a: { toJSON: () => 1 } }, 'context.a.toJSON'],
    ['a bigint', { a: [1, 2n] }, 'context.a[1]'],
    ['a symbol', { a: Symbol('x') }, 'context.a'],
    ['NaN', { a: NaN }, 'context.a'],
    ['infinity', { a: -Infinity }, 'context.a'],
    ['a date', { a: new Date(0) }, 'context.a'],
    ['a map', { a: new Map() }, 'context.a'],
    ['an instance of a class', { a: new URL('http://x') }, 'context.a'],
    ['a boxed text', { a: Object('x') as unknown }, 'context.a'],
    ['__proto__', JSON.parse('{"a":{"__proto__":1}}'), 'context.a.__proto__'],
    ['constructor.prototype', { constructor: { prototype: 1 } }, 'context.constructor'],
    ['a circle', circle, `context${'.a'.repeat(promptLimits.contextDepth)}`],
  ])('refuses %s, and says where (PR-9)', (_, context, path) => {
    expect(faultOf(context)).toBe(path);
  });

  it('tells neither values nor what is put into names (PR-9)', () => {
    expect(faultOf({ 'SECRET text': { b: undefined } })).toBe('context[?].b');
  });

  it('ends at a depth, a number of values and a number of bytes (PR-9)', () => {
    const { contextDepth, contextValues, contextBytes } = promptLimits;
    expect(() => checkContext(nested(contextDepth))).not.toThrow();
    expect(() => checkContext(nested(contextDepth + 1))).toThrow(PromptInvalidError);
    const ones = (length: number) => Array.from({ length }, () => 1);
    expect(() => checkContext({ a: ones(contextValues - 2) })).not.toThrow();
    expect(() => checkContext({ a: ones(contextValues - 1) })).toThrow(PromptTooLargeError);
    const half = 'é'.repeat(contextBytes / 4);
    expect(() => checkContext({ aa: half, b: half.slice(2), c: '' })).not.toThrow();
    expect(() => checkContext({ aa: half, b: half, c: '' })).toThrow(PromptTooLargeError);
    expect(() => checkContext({ ['n'.repeat(contextBytes)]: 1 })).not.toThrow();
    expect(() => checkContext({ ['n'.repeat(contextBytes + 1)]: 1 })).toThrow(PromptTooLargeError);
  });
});
