import { readAll } from './alive.js';
import type { View } from './database.js';
import { encodeReplica } from './encode-replica.js';
import { falseAlarmOf, faultOf, stepBackOf } from './faults.js';
import { Interned } from './interned.js';
import { movesOf, type Move, type ReplicaOptions } from './moves.js';
import { booted, type Replica } from './replica.js';

const notPossible = -1;

/** Every replica that was ever met, each once, and what each move makes of it. */
export class Replicas {
  readonly moves: Move[];
  readonly first: number;
  /** The first fault that any replica has, by its number. */
  readonly faults = new Map<number, string>();
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly known: Interned<Replica>;
  private readonly fresh: (readonly (string | null)[] | undefined)[] = [];
  /** By replica, move and what a statement would see. */
  private readonly made: (Map<number, number> | undefined)[] = [];

  constructor(private readonly options: ReplicaOptions) {
    this.moves = movesOf(options);
    this.numbers = new Map(this.moves.map(({ name }, number) => [name, number]));
    const { keys, tiers } = options;
    const isExact = tiers !== 'none' || options.isExact;
    this.known = new Interned((replica) => encodeReplica(replica, { keys, isExact }));
    this.first = this.known.idOf(booted(keys));
  }

  get size(): number {
    return this.known.items.length;
  }

  moveNamed(name: string): number {
    return this.numbers.get(name)!;
  }

  at(id: number): Replica {
    return this.known.at(id);
  }

  /** The number of what `move` makes of a replica; -1 where it cannot be made. */
  after(id: number, move: number, viewId: number, view: View): number {
    const memo = this.moves[move]!.asks ? (viewId + 1) * this.moves.length + move : move;
    const made = (this.made[id] ??= new Map());
    let next = made.get(memo);
    if (next === undefined) {
      next = this.make(id, move, view);
      made.set(memo, next);
    }
    return next;
  }

  /** The process that takes the place of this one. */
  bootedAfter(id: number): number {
    const { keys, tiers } = this.options;
    return tiers === 'one' ? this.known.idOf(booted(keys, this.at(id)), this.readOnce) : this.first;
  }

  /** By key, what it serves as fresh. */
  servedFresh(id: number): readonly (string | null)[] {
    return (this.fresh[id] ??= readAll(this.at(id), this.options.keys).map((answer) =>
      answer?.isFresh ? answer.held.entry.value : null,
    ));
  }

  /** The same replica, with no epoch to raise. */
  raised(id: number): number {
    return this.known.idOf({ ...this.at(id), raising: null });
  }

  private make(id: number, index: number, view: View): number {
    const move = this.moves[index]!;
    const before = this.at(id);
    if (!move.isPossible(before) || move.isAsked?.(view) === false) return notPossible;
    const made = move.make(before, view);
    const next = this.known.idOf(made, this.readOnce);
    if (!move.name.startsWith('evict')) this.note(next, stepBackOf(before, made, this.options.keys));
    return next;
  }

  /** A reader looks at all that a new replica holds. */
  private readonly readOnce = (made: Replica, id: number): Replica => {
    const { keys, isHealthy } = this.options;
    const answers = readAll(made, keys);
    const after = { ...made, held: made.held.map((held, i) => answers[i]?.held ?? held) };
    this.note(id, faultOf(after, keys, answers));
    if (isHealthy) this.note(id, falseAlarmOf(after, keys, answers));
    return after;
  };

  private note(id: number, fault: string | null): void {
    if (fault !== null && !this.faults.has(id)) this.faults.set(id, fault);
  }
}
