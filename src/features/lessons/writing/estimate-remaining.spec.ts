import { estimateRemaining } from './estimate-remaining.js';

const took = (node: string, durationMs: number) => ({ node, durationMs });

describe('the estimate of what remains (LE-7)', () => {
  it('is none before anything has run', () => {
    expect(estimateRemaining([])).toBeNull();
  });

  it('is told by the pace so far, up to the next verdict', () => {
    expect(estimateRemaining([took('planner', 1_000)])).toBe(11_000);
    expect(estimateRemaining([took('planner', 1_000), took('expander', 9_000)])).toBe(14_000);
  });

  it('is nothing after a verdict, and the verdict after a draft was mended', () => {
    const first = ['planner', 'expander', 'assembler', 'smoother', 'judges'].map((node) => took(node, 1_200));
    expect(estimateRemaining(first)).toBe(0);
    expect(estimateRemaining([...first, took('refiner', 1_500)])).toBe(500);
  });
});
