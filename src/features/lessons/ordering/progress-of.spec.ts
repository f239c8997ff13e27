import { progressOf } from './progress-of.js';

describe('how far a lesson is (LE-7)', () => {
  it('is not told of before anything was (LE-7)', () => {
    expect(new Set(Object.values(progressOf([])))).toEqual(new Set([null]));
  });

  it('is what was told last, 0 included; nothing remains of what has ended (LE-7)', () => {
    const finished = {
      type: 'node-finished',
      node: 'planner',
      iteration: 1,
      tokens: 0,
      costUsd: 0,
      isCostComplete: true,
      remainingMs: 7,
    } as const;
    const events = [finished, { type: 'node-started', node: 'expander', iteration: 2 } as const];
    expect(progressOf(events)).toMatchObject({
      node: 'expander',
      iteration: 2,
      tokens: 0,
      costUsd: 0,
      remainingMs: 7,
    });
    expect(progressOf([...events, { type: 'ended', status: 'done', detail: null }])).toMatchObject({
      remainingMs: 0,
    });
  });
});
