import * as fc from 'fast-check';
import { ReadResult, type Reason, type Source } from '../../../core/index.js';
import type { PersonSettings } from '../prompt/prompt-data.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { joinParts } from './join-parts.js';

/** DESIGN §1: the most serious first. */
const stale: Reason[] = [
  'backing-off',
  'origin-failed',
  'origin-slow',
  'cold-start',
  'invalidated',
  'revalidating',
];
const current: Reason[] = ['unconfirmed', 'fresh'];
const order = [...stale, ...current];
const sources: Source[] = ['memory', 'redis', 'disk', 'origin'];

const aPart = fc.record({
  reason: fc.constantFrom(...order),
  source: fc.constantFrom(...sources),
  age: fc.nat(1e6),
});
type Part = typeof aPart extends fc.Arbitrary<infer P> ? P : never;

const resultOf = <T>(data: T, { reason, source, age }: Part) => {
  const isStale = stale.includes(reason);
  return new ReadResult(data, age, null, {
    isStale,
    source,
    reason,
    band: isStale ? 'if-error' : 'fresh',
    absent: false,
  });
};
const template = { nodeName: 'a_node', localShare: 1 } as PromptTemplate;
const settings: PersonSettings = {};

describe('joinParts', () => {
  it('labels the whole as its less trustworthy part, and as old as its older one', () => {
    fc.assert(
      fc.property(aPart, aPart, (one, other) => {
        const joined = joinParts('ann', resultOf(template, one), resultOf(settings, other));
        const worst = order.find((reason) => reason === one.reason || reason === other.reason)!;
        expect(joined.reason).toBe(worst);
        expect(joined.isStale).toBe(stale.includes(worst));
        expect(joined.ageMs).toBe(Math.max(one.age, other.age));
        const parts = [one, other].filter(({ reason }) => reason === worst);
        const furthest = Math.max(...parts.map(({ source }) => sources.indexOf(source)));
        expect(joined.source).toBe(sources[furthest]);
      }),
    );
  });

  it('labels what has no settings as its template', () => {
    fc.assert(
      fc.property(aPart, (part) => {
        const joined = joinParts(null, resultOf(template, part), null);
        expect([joined.reason, joined.source, joined.ageMs]).toEqual([part.reason, part.source, part.age]);
        expect(joined.settings).toEqual({});
        expect(joined.template).toBe(template);
      }),
    );
  });
});
