import { estimateTokens } from './estimate-tokens.js';

const of = (...contents: string[]) => estimateTokens(contents.map((content) => ({ role: 'user', content })));

describe('the estimate of a prompt', () => {
  it('is a token for four bytes, of all messages together', () => {
    expect(of('four')).toBe(1);
    expect(of('four', 'five5')).toBe(3);
    expect(of('')).toBe(0);
  });

  it('is twice as much for Cyrillic of the same length', () => {
    expect(of('урок'.repeat(100))).toBe(2 * of('unit'.repeat(100)));
  });
});
