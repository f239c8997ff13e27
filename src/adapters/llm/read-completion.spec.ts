import { readCompletion } from './read-completion.js';

describe('what is read of a completion', () => {
  const answer = (prompt: unknown, completion: unknown) => ({
    usage: { prompt_tokens: prompt, completion_tokens: completion },
    choices: [{ finish_reason: 'stop', message: { content: 'a text' } }],
  });

  it.each([
    [5_000_000_000, 1],
    [1, Number.MAX_SAFE_INTEGER],
    [1.5, 1],
    [-1, 1],
  ])(
    'takes %d and %d tokens for an unknown number: who asked is kept on record all the same',
    (...tokens) => {
      expect(readCompletion(answer(...tokens))).toMatchObject({ text: 'a text', usage: null });
    },
  );

  it('tells how many tokens it took', () => {
    expect(readCompletion(answer(700, 0)).usage).toEqual({ inputTokens: 700, outputTokens: 0 });
  });
});
