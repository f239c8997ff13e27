import * as fc from 'fast-check';
import { Entry } from '../cache/entry.js';
import { mayReplace } from '../cache/merge-entry.js';
import { adoptHistory, applyChanges, confirm, leaveHistory, loseLineage } from './apply-reply.js';
import type { Change, PollReply } from './change-feed.js';
import { classifyReply } from './classify-reply.js';
import { Stream } from './stream.js';

/** What a database holds: which change each scope was last touched by is all of its content. */
interface Data {
  readonly epoch: string;
  readonly log: readonly Change[];
  readonly version: number;
  readonly changeId: string;
  readonly trimmedTo: number;
  readonly content: Readonly<Record<string, string>>;
  /** What it was before its last write. */
  readonly before: Data | null;
}

const empty: Data = {
  epoch: 'e',
  log: [],
  version: 0,
  changeId: 'c0',
  trimmedTo: 0,
  content: {},
  before: null,
};

/** A process with one value of scope `a`, and a database that can be put back to any moment of its past. */
class World {
  private data = empty;
  private nextId = 1;
  private now = 1;
  private stream = new Stream('config');
  private entry: Entry<string> | null = null;
  private sent: { reply: PollReply; seen: Stream['seen']; truth: Data; sentAt: number } | null = null;
  /** What the database held when the last poll that was answered was sent. */
  private told = empty;
  /** When the last load was made. */
  private loadedAt = 0;

  constructor() {
    this.poll();
  }

  fork(): World {
    const fork = Object.assign(Object.create(World.prototype) as World, this);
    fork.stream = Object.assign(new Stream('config'), this.stream);
    return fork;
  }

  change(scope: string): void {
    const version = this.data.version + 1;
    const changeId = `c${this.nextId++}`;
    const log = [...this.data.log, { version, changeId, kind: 'changed' as const, scope }];
    this.write({
      log,
      version,
      changeId,
      content: { ...this.data.content, [scope]: changeId },
    });
  }

  /** The database goes back to what it was `steps` writes ago: a restore, or a fail-over that lost them. */
  restore(steps: number): void {
    for (let i = 0; i < steps; i++) this.data = this.data.before ?? this.data;
  }

  /** Rows up to `keep` versions ago go. */
  trim(keep: number): void {
    const trimmedTo = Math.max(this.data.trimmedTo, this.data.version - keep);
    this.write({ trimmedTo, log: this.data.log.filter((row) => row.version > trimmedTo) });
  }

  load(): void {
    const { epoch, version, changeId, content } = this.data;
    const asOf = { epoch, version, changeId };
    const facts = { asOf, scopes: ['a'], confirmedAt: this.now, maxAgeMs: 1_000 };
    const loaded = new Entry('a', content['a'] ?? 'nothing', false, facts);
    this.stream.saw(asOf);
    if (this.entry === null || mayReplace(loaded, this.entry, this.stream.state)) this.entry = loaded;
    this.loadedAt = this.now;
  }

  /** A poll leaves, and is answered; the answer is still on its way. */
  send(): void {
    const { epoch, applied } = this.stream.state;
    const after = epoch === null ? null : applied.version;
    this.sent = { reply: this.reply(after), seen: this.stream.seen, truth: this.data, sentAt: this.now };
  }

  receive(): void {
    if (this.sent === null) return;
    const { reply, seen, sentAt, truth } = this.sent;
    this.told = truth;
    const { stream } = this;
    this.sent = null;
    const verdict = classifyReply(stream.state, reply, seen.get(reply.epoch));
    if (verdict.kind === 'lost') {
      stream.commit(loseLineage(stream.state, reply.epoch, verdict.gap, this.now));
      if (this.data.epoch === reply.epoch) this.write({ epoch: `e${this.nextId++}` });
    } else if (verdict.kind === 'adopt' && verdict.gap !== null) {
      stream.commit(leaveHistory(stream.state, reply.epoch, this.now));
      this.poll();
    } else if (verdict.kind === 'adopt') {
      stream.commit(confirm(adoptHistory(stream.state, reply, this.now), sentAt));
    } else if (verdict.kind !== 'ignored') {
      stream.commit(confirm(applyChanges(stream.state, reply, this.now), sentAt));
    }
  }

  poll(): void {
    this.send();
    this.receive();
  }

  /** What is served as fresh must be what the database held when the last poll left, or have been loaded since. */
  get servesLostOrOldAsFresh(): boolean {
    const { entry, stream } = this;
    if (entry === null || !stream.isProvenCurrent(entry.asOf!, entry.scopes)) return false;
    if (this.loadedAt > stream.confirmedThrough) return false;
    return entry.value !== (this.told.content['a'] ?? 'nothing');
  }

  get servesTheTruthAsFresh(): boolean {
    const { entry, stream, told } = this;
    return (
      entry?.value === (told.content['a'] ?? 'nothing') && stream.isProvenCurrent(entry.asOf!, entry.scopes)
    );
  }

  /** What is current must not be called stale, and no epoch raised, where nothing ever went wrong. */
  get raisesFalseAlarm(): boolean {
    const { entry, told } = this;
    if (told.epoch !== empty.epoch) return true;
    return entry?.value === (told.content['a'] ?? 'nothing') && !this.servesTheTruthAsFresh;
  }

  tick(): void {
    this.now++;
  }

  private write(next: Partial<Data>): void {
    this.data = { ...this.data, ...next, before: this.data };
  }

  private reply(after: number | null): PollReply {
    const { epoch, version, changeId, trimmedTo, log } = this.data;
    return {
      epoch,
      version,
      changeId,
      trimmedTo,
      changeIdAtApplied: log.find((row) => row.version === after)?.changeId ?? null,
      changes: log.filter((row) => row.version > (after ?? trimmedTo)),
      more: false,
      inRecovery: false,
    };
  }
}

const harmless: Record<string, (world: World) => void> = {
  'change a': (world) => world.change('a'),
  'change b': (world) => world.change('b'),
  'load a': (world) => world.load(),
  poll: (world) => world.poll(),
};
const inFlight: Record<string, (world: World) => void> = {
  send: (world) => world.send(),
  receive: (world) => world.receive(),
};
const mishaps: Record<string, (world: World) => void> = {
  'lose 1': (world) => world.restore(1),
  'lose 2': (world) => world.restore(2),
  'lose 4': (world) => world.restore(4),
  trim: (world) => world.trim(1),
  'trim all': (world) => world.trim(0),
};
const moves = { ...harmless, ...inFlight, ...mishaps };

function play(world: World, name: string): World {
  moves[name]!(world);
  world.tick();
  return world;
}

/** Plays every sequence of `depth` moves and of `last`; names the first few that end in what must not be. */
function search(
  names: readonly string[],
  depth: number,
  isBroken: (world: World) => boolean,
  last: readonly string[] = ['poll'],
): string[] {
  const found: string[] = [];
  const visit = (world: World, path: readonly string[]) => {
    if (path.length === depth) {
      if (isBroken(last.reduce(play, world))) found.push(path.join(', '));
      return;
    }
    for (const name of names) if (found.length < 3) visit(play(world.fork(), name), [...path, name]);
  };
  visit(new World(), []);
  return found;
}

describe('every short history of one database and one process', () => {
  it('ends with nothing lost or old served as fresh, whatever the database lost (CO-7, CO-8, CO-10)', () => {
    const names = Object.keys({ ...harmless, ...mishaps });
    expect(search(names, 6, (world) => world.servesLostOrOldAsFresh)).toEqual([]);
  });

  it('heals: once it is loaded anew the value is the truth, and fresh (CO-11)', () => {
    const names = Object.keys({ ...harmless, ...mishaps });
    const heal = ['poll', 'poll', 'load a', 'poll'];
    expect(search(names, 5, (world) => !world.servesTheTruthAsFresh, heal)).toEqual([]);
  });

  it('ends with nothing called stale that is current, where nothing was lost', () => {
    const names = Object.keys({ ...harmless, ...inFlight });
    expect(search(names, 6, (world) => world.raisesFalseAlarm)).toEqual([]);
  });
});

describe('any long history of one database and one process', () => {
  it('serves nothing lost or old as fresh at any moment, polls being slow (CO-7, CO-8, CO-10)', () => {
    const histories = fc.array(fc.constantFrom(...Object.keys(moves)), { minLength: 7, maxLength: 40 });
    fc.assert(
      fc.property(histories, (names) => {
        const world = new World();
        const broken = names.findIndex((name) => play(world, name).servesLostOrOldAsFresh);
        expect(broken).toBe(-1);
      }),
      { numRuns: 2_000 },
    );
  });
});
