import { applyPatch } from 'diff';
import * as fc from 'fast-check';
import { diffText } from './diff-text.js';

const lines = (count: number, name: string) =>
  Array.from({ length: count }, (_, at) => `${name} ${at}`).join('\n');

describe('diffText (PR-8)', () => {
  it('says nothing of texts that are the same', () => {
    expect(diffText('a\nb', 'a\nb')).toBe('');
  });

  it('makes the one text of the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '', '-', '+ x', '\\')).map((parts) => parts.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        expect(applyPatch(before, diffText(before, after))).toBe(after);
      }),
    );
  });

  it('tells all of both where nearly every line differs: to compare them would take for ever', () => {
    const [before, after] = [lines(10_000, 'old'), lines(10_000, 'new')];
    const told = diffText(before, after);
    expect(told).toContain('@@ -1,10000 +1,10000 @@\n-old 0\n');
    expect(told.split('\n').filter((line) => line.startsWith('+new '))).toHaveLength(10_000);
  });
});
