import { findKeyClashes } from './find-key-clashes.js';
import { keyOf } from './key-of.js';
import { parseKeyTemplate } from './parse-key-template.js';
import type { KeyTemplate } from './key-template.js';

function template(text: string): KeyTemplate {
  const found = parseKeyTemplate(text);
  if (found === null) throw new Error(`${text} is no template`);
  return found;
}

describe('keys of signals', () => {
  const odds = template('odds:{game_id}:{book}:{market}');

  it('are the prefix of the type and the values of its placeholders (SI-2)', () => {
    expect(odds).toEqual({
      text: 'odds:{game_id}:{book}:{market}',
      prefix: 'odds:',
      placeholders: ['game_id', 'book', 'market'],
    });
    expect(keyOf(odds, 'odds', 'g1:dk:h2h')).toBe('odds:g1:dk:h2h');
    expect(keyOf(template('llm:features:{cluster_id}:{date}'), 'features', 'c.1@x:2026-01-01')).toBe(
      'llm:features:c.1@x:2026-01-01',
    );
  });

  it.each([
    ['g1:dk', '{game_id}:{book}:{market}, which has 3 parts'],
    ['g1:dk:h2h:x', 'which has 3 parts'],
    ['', 'which has 3 parts'],
    ['g1::h2h', 'a wrong book'],
    ['g 1:dk:h2h', 'a wrong game_id'],
    ['g1:dk:..', 'a wrong market'],
    ['.:dk:h2h', 'a wrong game_id'],
    [`g1:${'x'.repeat(129)}:h2h`, 'a wrong book'],
    ['g1:dk:h2h\n', 'a wrong market'],
    ['g1:d%2fk:h2h', 'a wrong book'],
  ])('an id that is none is refused with what is wrong: %j (SI-2)', (id, fault) => {
    expect(() => keyOf(odds, 'odds', id)).toThrow(fault);
  });

  it.each([
    'odds',
    'odds:',
    '{a}',
    'odds:{a}:',
    'odds:{a}:x',
    'odds:{a}:{a}',
    'odds:{A}',
    'Odds:{a}',
    'odds:{a}{b}',
  ])('what is no template is told: %s (SI-1)', (text) => {
    expect(parseKeyTemplate(text)).toBeNull();
  });

  it('two types whose keys could be the same are found (SI-1)', () => {
    const all = ['odds:{a}:{b}', 'odds:live:{c}', 'odds:{a}', 'news:{a}:{b}', 'odds:x:live:{a}'].map(
      template,
    );
    expect(findKeyClashes(all)).toEqual([[0, 1]]);
  });
});
