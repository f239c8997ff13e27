import { AppError, UnavailableError } from '../../../core/index.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import type { PrewarmOutcome } from './prewarm-counts.js';
import { Prewarmer, type PrewarmerOptions } from './prewarmer.js';

class RefusedError extends AppError {
  readonly code = 'refused';
  readonly retryable = false;
}

/** Seconds, since the start. */
type Begun = readonly [second: number, item: string];

/** A prewarmer whose makings take as long as they are told to. */
class Rig {
  readonly clock = new VirtualClock(0);
  readonly begun: Begun[] = [];
  readonly told: (readonly [string, PrewarmOutcome])[] = [];
  readonly errors: unknown[] = [];
  readonly stop = new AbortController();
  atOnce = 0;
  mostAtOnce = 0;
  takesMs = 0;
  present = new Set<string>();
  /** What makings of an item fail with, one after the other. */
  failures = new Map<string, unknown[]>();

  start(items: readonly string[], options: Partial<PrewarmerOptions<string>> = {}) {
    const prewarmer = new Prewarmer<string>({
      clock: this.clock,
      concurrency: 3,
      perSecond: 1,
      identityOf: (item) => item,
      isPresent: async (item) => this.present.has(item),
      make: (item) => this.make(item),
      isOfAll: (error) => error === hopeless,
      tell: (_counts, item, outcome, error) => {
        this.told.push([item, outcome]);
        if (error !== null) this.errors.push(error);
      },
      signal: this.stop.signal,
      random: () => 0,
      ...options,
    });
    const running = prewarmer.run(items);
    return {
      /** With as much time as all of it needs. */
      ended: async () => {
        await this.clock.advance(600_000);
        return { counts: await running };
      },
    };
  }

  private async make(item: string): Promise<'created'> {
    this.begun.push([this.clock.now() / 1_000, item]);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    await new Promise<void>((resolve) => this.clock.after(this.takesMs, resolve));
    this.atOnce -= 1;
    const failure = this.failures.get(item)?.shift();
    if (failure !== undefined) throw failure;
    this.present.add(item);
    return 'created';
  }
}

const broken = new Error('it broke');
const hopeless = new Error('it would break for all');

describe('making profiles in advance (NA-11)', () => {
  let rig: Rig;
  beforeEach(() => (rig = new Rig()));

  it('makes each, no more a second than was asked for', async () => {
    const { counts } = await rig.start(['a', 'b', 'c', 'd'], { perSecond: 2 }).ended();
    expect(counts).toEqual({ total: 4, processed: 4, skipped: 0, created: 4, failed: 0 });
    expect(rig.begun).toEqual([
      [0, 'a'],
      [0.5, 'b'],
      [1, 'c'],
      [1.5, 'd'],
    ]);
  });

  it('takes less than one a second for a rate too', async () => {
    await rig.start(['a', 'b'], { perSecond: 0.1 }).ended();
    expect(rig.begun).toEqual([
      [0, 'a'],
      [10, 'b'],
    ]);
  });

  it('makes no more at once than was asked for, however many a second may be begun', async () => {
    rig.takesMs = 10_000;
    const items = ['a', 'b', 'c', 'd', 'e'];
    const { counts } = await rig.start(items, { perSecond: 1_000, concurrency: 2 }).ended();
    expect([counts.created, rig.mostAtOnce]).toEqual([5, 2]);
  });

  it('does not save up turns that were not taken', async () => {
    rig.takesMs = 10_000;
    await rig.start(['a', 'b', 'c', 'd'], { perSecond: 1, concurrency: 2 }).ended();
    expect(rig.begun.map(([second]) => second)).toEqual([0, 1, 10, 11]);
  });

  it('skips what is present, and takes no turn for it', async () => {
    rig.present = new Set(['a', 'b', 'c', 'd']);
    const { counts } = await rig.start(['a', 'b', 'c', 'd', 'e'], { perSecond: 0.01 }).ended();
    expect(counts).toEqual({ total: 5, processed: 5, skipped: 4, created: 1, failed: 0 });
    expect(rig.begun).toEqual([[0, 'e']]);
  });

  it('resumes by what is present: a second run makes what is missing, and nothing else', async () => {
    rig.failures.set('b', [broken, broken, broken, broken]);
    await rig.start(['a', 'b', 'c']).ended();
    rig.begun.length = 0;
    const { counts } = await rig.start(['a', 'b', 'c']).ended();
    expect(counts).toEqual({ total: 3, processed: 3, skipped: 2, created: 1, failed: 0 });
    expect(rig.begun.map(([, item]) => item)).toEqual(['b']);
  });

  it('counts what another process has made meanwhile as skipped', async () => {
    const { counts } = await rig.start(['a'], { make: async () => 'skipped' }).ended();
    expect([counts.skipped, counts.created]).toEqual([1, 0]);
  });

  it('makes one of those that are the same, and lets the others share its fate', async () => {
    rig.failures.set('b1', [broken, broken, broken, broken]);
    const { counts } = await rig
      .start(['a1', 'b1', 'a2', 'b2', 'a3'], { identityOf: (item) => item[0]! })
      .ended();
    expect(counts).toEqual({ total: 5, processed: 5, skipped: 2, created: 1, failed: 2 });
    expect(new Set(rig.begun.map(([, item]) => item))).toEqual(new Set(['a1', 'b1']));
  });

  it('tries what failed three times more, ever later, and then goes on without it', async () => {
    rig.failures.set('a', [broken, broken, broken, broken, broken]);
    const { counts } = await rig.start(['a', 'b'], { concurrency: 1, perSecond: 1_000 }).ended();
    expect(counts).toEqual({ total: 2, processed: 2, skipped: 0, created: 1, failed: 1 });
    expect(rig.begun).toEqual([
      [0, 'a'],
      [1, 'a'],
      [3, 'a'],
      [7, 'a'],
      [7.001, 'b'],
    ]);
    expect(rig.errors).toEqual([broken]);
  });

  it('begins nothing more where all the others would fail too, and tries no longer what is failing', async () => {
    rig.failures.set('a', [hopeless, hopeless, hopeless, hopeless]);
    rig.failures.set('b', [broken, broken, broken, broken]);
    const { counts } = await rig.start(['a', 'b', 'c', 'd'], { concurrency: 2, perSecond: 1_000 }).ended();
    expect(counts).toEqual({ total: 4, processed: 2, skipped: 0, created: 0, failed: 2 });
    expect(new Set(rig.begun.map(([, item]) => item))).toEqual(new Set(['a', 'b']));
  });

  it('counts what came right in the end as created', async () => {
    rig.failures.set('a', [broken, broken]);
    const { counts } = await rig.start(['a']).ended();
    expect([counts.created, counts.failed, rig.begun.length]).toEqual([1, 0, 3]);
  });

  it('looks again before it tries again: another may have made it', async () => {
    rig.failures.set('a', [broken]);
    const run = rig.start(['a']);
    await rig.clock.advance(500);
    rig.present.add('a');
    const { counts } = await run.ended();
    expect([counts.skipped, rig.begun.length]).toEqual([1, 1]);
  });

  it('tries no sooner than the error says', async () => {
    rig.failures.set('a', [new UnavailableError('busy', 20_000)]);
    await rig.start(['a']).ended();
    expect(rig.begun.map(([second]) => second)).toEqual([0, 20]);
  });

  it('does not try again what would fail again', async () => {
    rig.failures.set('a', [new RefusedError('no')]);
    const { counts } = await rig.start(['a', 'b']).ended();
    expect([counts.failed, counts.created, rig.begun.length]).toEqual([1, 1, 2]);
  });

  it('spreads its repetitions by chance', async () => {
    rig.failures.set('a', [broken]);
    await rig.start(['a'], { random: () => 0.5 }).ended();
    expect(rig.begun.map(([second]) => second)).toEqual([0, 1.5]);
  });

  it('tries again where it could not be told what is present', async () => {
    let asked = 0;
    const isPresent = async () => {
      if (++asked === 1) throw broken;
      return false;
    };
    const { counts } = await rig.start(['a'], { isPresent }).ended();
    expect([counts.created, asked]).toEqual([1, 2]);
  });

  it('when it is to stop, begins nothing more and ends what is under way', async () => {
    rig.takesMs = 10_000;
    const run = rig.start(['a', 'b', 'c', 'd', 'e'], { concurrency: 3 });
    await rig.clock.advance(1_500);
    rig.stop.abort();
    const { counts } = await run.ended();
    expect(counts).toEqual({ total: 5, processed: 2, skipped: 0, created: 2, failed: 0 });
    expect(rig.begun.map(([, item]) => item)).toEqual(['a', 'b']);
    expect(rig.clock.pending).toBe(0);
  });

  it('when it is to stop, takes what waits to be tried again for failed', async () => {
    rig.failures.set('a', [broken]);
    const run = rig.start(['a', 'b'], { concurrency: 1 });
    await rig.clock.advance(500);
    rig.stop.abort();
    const { counts } = await run.ended();
    expect(counts).toEqual({ total: 2, processed: 1, skipped: 0, created: 0, failed: 1 });
  });

  it('has nothing to do where there is nothing', async () => {
    const { counts } = await rig.start([]).ended();
    expect(counts).toEqual({ total: 0, processed: 0, skipped: 0, created: 0, failed: 0 });
  });
});
