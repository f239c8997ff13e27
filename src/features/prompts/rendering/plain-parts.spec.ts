import * as fc from 'fast-check';
import { liquidEngine } from './liquid-engine.js';
import { joinParts, plainParts } from './plain-parts.js';

const partsOf = (body: string) => plainParts(liquidEngine.parse(body));

describe('plainParts (PR-10)', () => {
  it('says the same as LiquidJS, or leaves it to LiquidJS (PR-4)', () => {
    const piece = fc.constantFrom(
      '{{ a }}',
      '{{a}}',
      '{{- b -}}',
      ' {{ c -}} \n',
      ' text\n ',
      '}}',
      '{ ',
      "'",
      '{{ a }}',
      '{%- raw -%}x{% endraw %}',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.array(fc.string()),
    );
    let joined = 0;
    fc.assert(
      fc.property(fc.array(piece), fc.record({ a: value, b: value, c: value }), (pieces, values) => {
        const body = pieces.join('');
        const parts = partsOf(body);
        const plain = parts && joinParts(parts, values, 1e6);
        fc.pre(plain !== null);
        joined++;
        expect(plain).toBe(liquidEngine.renderSync(liquidEngine.parse(body), values));
      }),
    );
    expect(joined).toBeGreaterThan(50);
  });

  it.each([
    '{{ a | upcase }}',
    '{{ a.b }}',
    '{{ a[0] }}',
    '{{ a == b }}',
    '{{ not a }}',
    '{{ "a" }}',
    '{{ 1 }}',
    '{{ nil }}',
    '{{ (1..2) }}',
    '{% if a %}{% endif %}',
    '{% assign a = 1 %}{{ a }}',
    '{% echo a %}',
  ])('leaves %s to LiquidJS', (body) => {
    expect(partsOf(`text ${body}`)).toBeNull();
  });

  it('leaves to it what is missing, no text, or too long', () => {
    const parts = partsOf('{{ a }}{{ constructor }}')!;
    for (const constructor of [undefined, null, {}, ['x'], () => 'x']) {
      expect(joinParts(parts, { a: 'x', constructor }, 100)).toBeNull();
    }
    expect(joinParts(parts, { a: 'x' }, 100)).toBeNull();
    expect(joinParts(parts, { a: 'x', constructor: 'y'.repeat(100) }, 100)).toBeNull();
    expect(joinParts(parts, { a: 'x', constructor: 'y'.repeat(99) }, 100)).toHaveLength(100);
  });
});
