import * as fc from 'fast-check';
import { hostileKeys } from '../../../test/support/tier-fixtures.js';
import { RedisKeys } from './redis-keys.js';

/** Any UTF-16, lone surrogates included, and often what has a meaning to Redis or to us. */
const part = fc.oneof(
  fc.constantFrom(...hostileKeys),
  fc.string({
    unit: fc.constantFrom('a', 'b', ':', '%', '{', '}', '*', '?', '[', ']', '\\', '^', '-', '\n', '0'),
  }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
);
const slotOf = (key: string): string | undefined => /\{(.+?)\}/.exec(key)?.[1];

/** As `stringmatchlen` of Redis reads a pattern that has but `*` and classes of letters. */
const matches = (pattern: string, key: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+/{}=~]/g, String.raw`\$&`).replaceAll('*', '.*')}$`, 's').test(key);

describe('RedisKeys (CA-1)', () => {
  const keys = new RedisKeys('lg:prod');

  it('has the form that operators look for', () => {
    expect(keys.entry('prompts', 'tenant:a b')).toEqual({
      value: 'lg:prod:val:{prompts:tenant%003aa%0020b}',
      absence: 'lg:prod:neg:{prompts:tenant%003aa%0020b}',
    });
    expect(keys.lock({ kind: 'refresh', namespace: 'n', key: 'k' })).toBe('lg:prod:refresh:{n:k}');
    expect(keys.free('a:b')).toBe('lg:prod:free:{a%003ab}');
  });

  it('gives other names to other prefixes, kinds, namespaces and keys', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(part, part, part), { minLength: 2, maxLength: 8 }), (places) => {
        const names = new Map<string, string>();
        for (const [prefix, namespace, key] of places) {
          const own = new RedisKeys(prefix);
          const { value, absence } = own.entry(namespace, key);
          const locks = (['lock', 'refresh'] as const).map((kind) => own.lock({ kind, namespace, key }));
          for (const [kind, name] of [value, absence, ...locks].entries()) {
            const place = JSON.stringify([prefix, kind, namespace, key]);
            expect(names.get(name) ?? place).toBe(place);
            names.set(name, place);
          }
        }
      }),
    ));

  it('has all that belongs to one entry in one slot of a Cluster, whatever the prefix', () =>
    fc.assert(
      fc.property(part, part, part, (prefix, namespace, key) => {
        const own = new RedisKeys(prefix);
        const { value, absence } = own.entry(namespace, key);
        const all = [
          value,
          absence,
          own.lock({ kind: 'lock', namespace, key }),
          own.lock({ kind: 'refresh', namespace, key }),
        ];
        expect(new Set(all.map(slotOf)).size).toBe(1);
        expect(slotOf(value)).not.toBeUndefined();
      }),
    ));

  it('has a pattern that finds exactly the keys of a namespace that begin with a prefix', () =>
    fc.assert(
      fc.property(part, part, part, fc.nat(8), part, (namespace, other, key, cut, tail) => {
        const prefix = key.slice(0, cut);
        const pattern = keys.entriesPattern(namespace, prefix);
        for (const [place, name] of [
          [namespace, key],
          [namespace, prefix + tail],
          [namespace, tail],
          [other, key],
        ] as const) {
          const isMeant = place === namespace && name.startsWith(prefix);
          for (const found of Object.values(keys.entry(place, name)))
            expect(matches(pattern, found)).toBe(isMeant);
          for (const kind of ['lock', 'refresh'] as const) {
            expect(matches(pattern, keys.lock({ kind, namespace: place, key: name }))).toBe(false);
          }
          expect(matches(pattern, keys.free(`${place}:${name}`))).toBe(false);
        }
      }),
    ));

  it('tells the key of the free area again', () =>
    fc.assert(fc.property(part, (key) => expect(keys.freeName(keys.free(key))).toBe(key))));
});
