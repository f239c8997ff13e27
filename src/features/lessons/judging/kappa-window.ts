import { cohensKappa } from './cohens-kappa.js';

type Pair = { readonly a: string; readonly b: string; readonly labels: (readonly [string, string])[] };
type Rating = { readonly modelId: string; readonly recommendation: string };

/** How far the judges of a panel agree with each other, two and two, over what they last judged together (LE-8). */
export class KappaWindow {
  /** The one that was used last is at the end. */
  private readonly pairs = new Map<string, Pair>();

  constructor(
    /** Lessons of each pair. */
    private readonly size = 200,
    /** Beyond these, the pair that was not seen for longest is forgotten. */
    private readonly maxPairs = 50,
  ) {}

  /** What all judges of one lesson recommended, in any order. */
  add(ratings: readonly Rating[]): void {
    const sorted = ratings.toSorted((one, other) => (one.modelId < other.modelId ? -1 : 1));
    sorted.forEach((a, at) => {
      for (const b of sorted.slice(at + 1)) if (a.modelId !== b.modelId) this.addPair(a, b);
    });
  }

  /** Pairs that judged two lessons at least; `a` is before `b` in the alphabet. */
  all(): { a: string; b: string; kappa: number }[] {
    return [...this.pairs.values()].flatMap(({ a, b, labels }) => {
      const kappa = cohensKappa(labels);
      return kappa === null ? [] : [{ a, b, kappa }];
    });
  }

  private addPair(a: Rating, b: Rating): void {
    const key = JSON.stringify([a.modelId, b.modelId]);
    const pair = this.pairs.get(key) ?? { a: a.modelId, b: b.modelId, labels: [] };
    pair.labels.push([a.recommendation, b.recommendation]);
    if (pair.labels.length > this.size) pair.labels.shift();
    this.pairs.delete(key);
    this.pairs.set(key, pair);
    const [oldest] = this.pairs.keys();
    if (this.pairs.size > this.maxPairs && oldest !== undefined) this.pairs.delete(oldest);
  }
}
