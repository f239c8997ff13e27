import { z } from 'zod';
import { criteria, criterionNames } from './criteria.js';
import { verdictSchema } from './verdict.js';

const grades = Object.fromEntries(criterionNames.map((name) => [name, 0.8]));
const rest = { criteria: grades, issues: [], confidence: 'medium' };
const told = { rationale: 'It is clear.', ...rest };
const read = (text: string) => verdictSchema.safeParse(JSON.parse(text));
const minorIssues = (length: number) =>
  Array.from({ length }, () => ({ severity: 'minor', text: 'x', section: 'One' }));
const accepts = (over: object) => verdictSchema.safeParse({ ...told, ...over }).success;

describe('what a judge answers', () => {
  it('has six criteria that count .25, .20, .15, .15, .15 and .10 (LE-3)', () => {
    expect(Object.values(criteria).map(({ weight }) => weight)).toEqual([25, 20, 15, 15, 15, 10]);
  });

  it('is taken with its rationale first (LE-3)', () => {
    expect(read(JSON.stringify(told))).toMatchObject({ success: true, data: told });
  });

  it.each([
    ['after the grades', { criteria: grades, rationale: 'It is clear.', issues: [], confidence: 'high' }],
    ['last', { ...rest, rationale: 'It is clear.' }],
    ['after a word of its own', { score: 0.9, ...told }],
    ['nowhere', rest],
  ])('is refused with its rationale %s (LE-3)', (_, answer) => {
    const { error } = read(JSON.stringify(answer));
    expect(error?.issues.map(({ path }) => path[0])).toContain('rationale');
  });

  it.each([null, 'ACCEPT', 7, [], [told]])('is refused where it is %j (LE-3)', (answer) => {
    expect(verdictSchema.safeParse(answer).success).toBe(false);
  });

  it.each([
    ['no rationale', { rationale: ' \n' }],
    ['a rationale beyond 4000 characters', { rationale: 'x'.repeat(4_001) }],
    ['a grade above 1', { criteria: { ...grades, depth: 1.01 } }],
    ['a grade below 0', { criteria: { ...grades, depth: -0.01 } }],
    ['a grade as text', { criteria: { ...grades, depth: '0.8' } }],
    ['a criterion missing', { criteria: { ...grades, depth: undefined } }],
    ['more than 20 issues', { issues: minorIssues(21) }],
    ['a severity of its own', { issues: [{ severity: 'blocker', text: 'x' }] }],
    ['a confidence of its own', { confidence: 'certain' }],
  ])('is refused with %s (LE-3)', (_, over) => {
    expect(accepts(over)).toBe(false);
  });

  it.each([
    ['a rationale of 4000 characters', { rationale: 'x'.repeat(4_000) }],
    ['20 issues', { issues: minorIssues(20) }],
    ['grades of 0 and 1', { criteria: { ...grades, depth: 0, structure: 1 } }],
  ])('is taken with %s (LE-3)', (_, over) => {
    expect(accepts(over)).toBe(true);
  });

  it('says nothing of score or recommendation: what a judge adds is dropped (LE-4)', () => {
    const answer = { ...told, score: 1, recommendation: 'ACCEPT' };
    expect(verdictSchema.parse(answer)).toEqual(told);
  });

  it('can be asked for by a JSON schema, the rationale first (LE-2)', () => {
    const schema = z.toJSONSchema(verdictSchema);
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(Object.keys(schema.properties!)).toEqual(['rationale', 'criteria', 'issues', 'confidence']);
    expect(schema.required).toEqual(['rationale', 'criteria', 'issues', 'confidence']);
    expect(schema.properties!.criteria).toMatchObject({
      required: criterionNames,
      properties: { depth: { type: 'number', minimum: 0, maximum: 1 } },
    });
    expect(JSON.stringify(schema)).not.toMatch(/score|recommendation|weight/i);
  });
});
