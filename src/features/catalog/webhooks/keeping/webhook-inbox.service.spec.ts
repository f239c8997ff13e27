import { CommitInDoubtError, DatabaseUnavailableError } from '../../../../platform/database/index.js';
import { VirtualClock } from '../../../../testing/virtual-clock.js';
import type { LookedAt } from '../looking/webhook-looks.service.js';
import type { SignedEvent } from './kept-webhook.js';
import { WebhookInbox } from './webhook-inbox.service.js';

const signed = (id: string): SignedEvent => ({
  id,
  event: { event: 'book.updated', id: '1', publisherId: null },
  sentAt: 0,
});

/** Keeps what it is given once it is let, or says why not. */
class Log {
  readonly groups: string[][] = [];
  readonly ids = new Set<string>();
  held: (() => void)[] = [];
  holds = false;
  error: Error | null = null;
  /** It takes none with which this one is. */
  refused: string | null = null;

  async keep(events: readonly SignedEvent[]) {
    const ids = events.map(({ id }) => id);
    this.groups.push(ids);
    if (this.holds) await new Promise<void>((resolve) => this.held.push(resolve));
    if (this.error !== null) throw this.error;
    if (this.refused !== null && ids.includes(this.refused)) throw new Error('violates a constraint');
    const kept = new Map(ids.filter((id) => !this.ids.has(id)).map((id) => [id, this.groups.length]));
    for (const id of kept.keys()) this.ids.add(id);
    return { kept, point: { epoch: 'e', version: this.groups.length } };
  }

  release(): void {
    this.holds = false;
    for (const go of this.held.splice(0)) go();
  }
}

describe('WebhookInbox (CT-5, CO-3)', () => {
  let clock: VirtualClock;
  let log: Log;
  let looked: LookedAt[];
  let inbox: WebhookInbox;
  let told: string[];

  beforeEach(() => {
    clock = new VirtualClock();
    log = new Log();
    looked = [];
    told = [];
    inbox = new WebhookInbox(log, { begin: (events) => void looked.push(...events) }, clock);
  });

  const take = (id: string): void => {
    inbox.take(signed(id)).then(
      ({ status, point }) => told.push(`${id} ${status} ${point.version}`),
      (error: { code: string }) => told.push(`${id} ${error.code}`),
    );
  };
  const takeMany = (count: number, from = 0) => {
    for (let at = from; at < from + count; at++) take(`m${at}`);
  };

  it('commits together what arrives within 20 ms', async () => {
    take('a');
    await clock.advance(19);
    take('b');
    expect(log.groups).toEqual([]);
    await clock.advance(1);
    expect([log.groups, told]).toEqual([[['a', 'b']], ['a accepted 1', 'b accepted 1']]);
  });

  it('does not wait where 200 are there, and takes no more into one transaction', async () => {
    takeMany(450);
    await clock.advance(0);
    expect(log.groups.map((group) => group.length)).toEqual([200, 200, 50]);
    expect(told.filter((each) => each.includes('accepted'))).toHaveLength(450);
  });

  it('runs one transaction at a time: what arrives meanwhile is the next', async () => {
    log.holds = true;
    take('a');
    await clock.advance(20);
    take('b');
    await clock.advance(500);
    take('c');
    await clock.advance(500);
    expect(log.groups).toEqual([['a']]);
    log.release();
    await clock.advance(0);
    expect(log.groups).toEqual([['a'], ['b', 'c']]);
    await clock.advance(5_000);
    expect(told).toEqual(['a accepted 1', 'b accepted 2', 'c accepted 2']);
    take('d');
    await clock.advance(20);
    expect(told.at(-1)).toBe('d accepted 3');
  });

  it('accepts one of several that are the same, within a group and after it', async () => {
    for (const id of ['a', 'a', 'b', 'a']) take(id);
    await clock.advance(20);
    take('a');
    await clock.advance(20);
    expect(log.groups).toEqual([['a', 'b'], ['a']]);
    expect(told).toEqual(['a accepted 1', 'a duplicate 1', 'b accepted 1', 'a duplicate 1', 'a duplicate 2']);
  });

  it('has what is new looked after, and nothing else', async () => {
    for (const id of ['a', 'a', 'b']) take(id);
    await clock.advance(20);
    take('b');
    await clock.advance(20);
    expect(looked.map(({ id, point }) => [id, point.version])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  it.each([
    [new DatabaseUnavailableError('away'), 'database-unavailable'],
    [new CommitInDoubtError(new Error('gone')), 'commit-in-doubt'],
  ])('tells everybody of the group why it is not kept: %s', async (error, code) => {
    log.error = error;
    for (const id of ['a', 'b', 'b']) take(id);
    await clock.advance(20);
    expect(told).toEqual([`a ${code}`, `b ${code}`, `b ${code}`]);
    log.error = null;
    take('a');
    await clock.advance(20);
    expect([told.at(-1), looked.length]).toEqual(['a accepted 2', 1]);
  });

  it('keeps what came with one that the database refuses, which is told so', async () => {
    log.refused = 'b';
    for (const id of ['a', 'b', 'c', 'a']) take(id);
    await clock.advance(20);
    expect(log.groups).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c'], ['a']]);
    expect(told).toEqual(['a accepted 2', 'b webhook-not-kept', 'c accepted 4', 'a duplicate 5']);
    expect(looked.map(({ id }) => id)).toEqual(['a', 'c']);
    take('d');
    await clock.advance(20);
    expect([told.at(-1), clock.pending]).toEqual(['d accepted 6', 0]);
  });

  it('answers within 3 s, whatever the database does; sent again, it is kept once', async () => {
    log.holds = true;
    take('a');
    await clock.advance(1_000);
    take('b');
    await clock.advance(2_000);
    expect(told).toEqual(['a webhook-not-kept']);
    await clock.advance(1_000);
    expect(told).toEqual(['a webhook-not-kept', 'b webhook-not-kept']);
    take('a');
    log.release();
    await clock.advance(20);
    // What nobody waits for is not begun; what was under way is kept all the same, and looked after.
    expect(log.groups).toEqual([['a'], ['a']]);
    expect(told.at(-1)).toBe('a duplicate 2');
    expect(looked.map(({ id }) => id)).toEqual(['a']);
    expect(clock.pending).toBe(0);
  });

  it('tells one that still waits that it was accepted, not one that gave up', async () => {
    log.holds = true;
    take('other');
    await clock.advance(20);
    take('a');
    await clock.advance(2_000);
    take('a');
    await clock.advance(1_500);
    expect(told).toEqual(['other webhook-not-kept', 'a webhook-not-kept']);
    log.release();
    await clock.advance(20);
    expect(told.at(-1)).toBe('a accepted 2');
  });

  it('tells the same of those whose transaction is under way', async () => {
    log.holds = true;
    take('other');
    await clock.advance(20);
    take('a');
    await clock.advance(2_000);
    take('a');
    log.held.shift()!();
    await clock.advance(1_500);
    expect([log.groups, told]).toEqual([
      [['other'], ['a']],
      ['other accepted 1', 'a webhook-not-kept'],
    ]);
    log.release();
    await clock.advance(0);
    expect(told.at(-1)).toBe('a accepted 2');
  });

  it('holds 2,000 and refuses what is more, until there is room', async () => {
    log.holds = true;
    takeMany(2_000);
    await clock.advance(0);
    take('more');
    await clock.advance(0);
    expect(told).toEqual(['more webhook-not-kept']);
    log.release();
    await clock.advance(0);
    expect(told.filter((each) => each.includes('accepted'))).toHaveLength(2_000);
    take('more');
    await clock.advance(20);
    expect(told.at(-1)).toMatch(/^more accepted/);
  });

  it('commits what it has taken in before it ends, and takes no more', async () => {
    log.holds = true;
    take('a');
    await clock.advance(20);
    take('b');
    const ending = inbox.beforeApplicationShutdown();
    take('c');
    await clock.advance(0);
    expect(told).toEqual(['c webhook-not-kept']);
    log.release();
    await ending;
    expect(told).toEqual(['c webhook-not-kept', 'a accepted 1', 'b accepted 2']);
  });

  it('commits at once what it was gathering as it ends', async () => {
    take('a');
    await inbox.beforeApplicationShutdown();
    expect([told, clock.pending]).toEqual([['a accepted 1'], 0]);
  });

  it('does not wait for a dead database to end, and leaves nobody unanswered', async () => {
    log.holds = true;
    take('a');
    const ending = inbox.beforeApplicationShutdown();
    await clock.advance(3_000);
    await ending;
    expect(told).toEqual(['a webhook-not-kept']);
  });
});
