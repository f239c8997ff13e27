import { compileCheck } from './compile-check.js';

describe('compileCheck', () => {
  const check = compileCheck({
    type: 'object',
    required: ['price'],
    properties: {
      price: { type: ['number', 'null'] },
      market: { enum: ['h2h', 'totals'] },
      at: { type: 'string', format: 'date-time' },
    },
    additionalProperties: false,
  });

  it('finds nothing in a value that is in order; unknown is null (SI-2)', () => {
    expect(check({ price: null, market: 'h2h', at: '2026-01-01T00:00:00Z' })).toEqual([]);
  });

  it('tells every fault of a value, with its path (SI-9)', () => {
    expect(check({ market: 'x', at: 'now', more: 1 })).toEqual([
      `must have required property 'price'`,
      'must NOT have additional properties: "more"',
      '/market: must be equal to one of the allowed values: ["h2h","totals"]',
      '/at: must match format "date-time"',
    ]);
  });

  it('refuses what is nested too deeply, with a schema and without (SI-9)', () => {
    const deep = JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`);
    expect(compileCheck(null)(deep)).toEqual(['must be nested at most 64 deep']);
    expect(check(deep)).toEqual(['must be nested at most 64 deep']);
    expect(compileCheck(null)({ any: ['thing', null, 1] })).toEqual([]);
  });

  it.each([[{ $ref: 'https://elsewhere.example/schema.json' }], [{ type: 'nothing' }], [{ typo: 1 }]])(
    'takes no schema that it cannot mean, and fetches none: %j (SI-1)',
    (schema) => {
      expect(() => compileCheck(schema)).toThrow(Error);
    },
  );

  it('takes references within the schema (SI-1)', () => {
    const inside = compileCheck({ $defs: { price: { type: 'number' } }, $ref: '#/$defs/price' });
    expect(inside('x')).toEqual(['must be number']);
  });
});
