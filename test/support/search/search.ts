import {
  change,
  contentOf,
  empty,
  encodeDatabase,
  encodeView,
  isPurge,
  losses,
  purgesOf,
  raiseEpoch,
  remembering,
  trim,
  versionOf,
  withoutPast,
  type Database,
} from './database.js';
import { Interned, RowSet } from './interned.js';
import type { ReplicaOptions } from './moves.js';
import { Replicas } from './replicas.js';

export interface SearchOptions extends ReplicaOptions {
  readonly processes: number;
  readonly maxVersion: number;
  /** The letters of what may be changed. */
  readonly changes: string;
  /** Losses and trims, together. */
  readonly maxMishaps: number;
  /** How often other processes than these raise an epoch. */
  readonly maxRaisesByOthers: number;
  readonly trims: boolean;
  /** Gives up after so many states. */
  readonly maxStates: number;
}

export interface Finding {
  readonly fault: string;
  readonly path: readonly string[];
}

/** Breadth first, over everything that a database and some processes can come to. */
export class Search {
  readonly findings: Finding[] = [];
  isExhausted = false;
  depth = 0;
  private readonly databases = new Interned<Database>(encodeDatabase);
  private readonly views = new Interned<Database>(encodeView);
  private readonly viewIds: number[] = [];
  private readonly nextDatabases: (readonly (readonly [string, number])[] | undefined)[] = [];
  private readonly replicas: Replicas;
  private readonly states: RowSet;
  private readonly parents: number[] = [];
  private readonly moved: string[] = [];

  constructor(private readonly options: SearchOptions) {
    this.replicas = new Replicas(options);
    this.states = new RowSet(1 + options.processes);
  }

  get size(): number {
    return this.states.size;
  }

  get summary(): string {
    const { size, depth, isExhausted, replicas, databases } = this;
    const end = isExhausted ? 'exhausted' : 'cut short';
    return `${size} states of ${databases.items.length} databases and ${replicas.size} replicas, ${depth} moves deep, ${end}`;
  }

  run(): this {
    const { processes, maxStates } = this.options;
    this.add(
      [
        this.database(this.options.isExact || this.options.tiers === 'any' ? remembering : empty),
        ...Array.from({ length: processes }, () => this.replicas.first),
      ],
      -1,
      'start',
    );
    let endOfLevel = 1;
    for (let index = 0; index < this.states.size; index++) {
      if (index === endOfLevel) {
        endOfLevel = this.states.size;
        this.depth++;
      }
      if (this.findings.length >= 3 || this.states.size >= maxStates) return this;
      this.expand(index);
    }
    this.isExhausted = true;
    // A step back may lead to where another way had led before.
    if (this.findings.length === 0) {
      for (const fault of this.replicas.faults.values()) this.findings.push({ fault, path: [] });
    }
    return this;
  }

  private database(database: Database): number {
    const isLast = database.losses + database.trims >= this.options.maxMishaps;
    const id = this.databases.idOf(isLast ? withoutPast(database) : database);
    this.viewIds[id] ??= this.views.idOf(database);
    return id;
  }

  private add(state: readonly number[], parent: number, move: string): void {
    // Which of the processes is which does not matter.
    const row =
      state.length < 3 ? state : [state[0]!, ...state.slice(1).toSorted((one, other) => one - other)];
    if (!this.states.add(row)) return;
    this.parents.push(parent);
    this.moved.push(move);
    const index = this.states.size - 1;
    for (const id of row.slice(1)) {
      const fault = this.replicas.faults.get(id);
      if (fault !== undefined) this.report(fault, index);
    }
    const fault = this.faultOfHealing(row);
    if (fault !== null) this.report(fault, index);
  }

  private report(fault: string, index: number): void {
    const path: string[] = [];
    for (let at = index; at > 0; at = this.parents[at]!) path.unshift(this.moved[at]!);
    this.findings.push({ fault, path });
  }

  private expand(index: number): void {
    const row = this.states.at(index);
    const from = row[0]!;
    for (const [name, to] of this.databasesAfter(from)) this.add(row.with(0, to), index, name);
    const view = this.databases.at(from);
    for (let p = 1; p < row.length; p++) {
      const who = row.length > 2 ? `${p}: ` : '';
      for (let m = 0; m < this.replicas.moves.length; m++) {
        if (this.replicas.moves[m]!.heals) continue;
        const next = this.replicas.after(row[p]!, m, this.viewIds[from]!, view);
        if (next >= 0) this.add(row.with(p, next), index, who + this.replicas.moves[m]!.name);
      }
      const raised = this.raise(row, p);
      if (raised !== null) this.add(raised, index, `${who}raise`);
      if (this.options.departures)
        this.add(row.with(p, this.replicas.bootedAfter(row[p]!)), index, `${who}boot`);
    }
  }

  /** What becomes of it once process `p` has raised the epoch that it means to raise, if that is still the epoch. */
  private raise(row: readonly number[], p: number): number[] | null {
    const { raising } = this.replicas.at(row[p]!);
    if (raising === null) return null;
    const database = this.databases.at(row[0]!);
    const to = database.epoch === raising ? this.database(raiseEpoch(database)) : row[0]!;
    return row.with(0, to).with(p, this.replicas.raised(row[p]!));
  }

  private databasesAfter(id: number): readonly (readonly [string, number])[] {
    return (this.nextDatabases[id] ??= this.changesOf(this.databases.at(id)));
  }

  private changesOf(database: Database): [string, number][] {
    const { maxVersion, maxMishaps, maxRaisesByOthers, trims } = this.options;
    const version = versionOf(database.history);
    const found: [string, number][] = [];
    const add = (name: string, next: Database) => found.push([name, this.database(next)]);
    if (version < maxVersion) {
      for (const letter of this.options.changes)
        if (!isPurge(letter) || purgesOf(database.history) === 0)
          add(`change ${letter}`, change(database, letter));
    }
    if (database.losses > 0 && database.epoch.length <= maxRaisesByOthers) {
      add('another raises', raiseEpoch(database));
    }
    if (database.losses + database.trims >= maxMishaps) return found;
    for (const lost of losses(database)) add(`lose to ${lost.epoch}:${versionOf(lost.history)}`, lost);
    if (trims)
      for (let to = database.trimmedTo + 1; to <= version; to++) add(`trim to ${to}`, trim(database, to));
    return found;
  }

  /** What is under way arrives; then each polls, thrice, loads and polls, and has to serve the truth. */
  private faultOfHealing(row: readonly number[]): string | null {
    const { replicas } = this;
    let healed = [...row];
    const steps = ['arrive', 'poll', 'poll', 'poll', 'load all', 'poll'];
    for (const name of this.options.tiers === 'one' ? [...steps, 'poll', 'load all', 'poll'] : steps) {
      const move = replicas.moveNamed(name);
      for (let p = 1; p < row.length; p++) {
        const [at] = healed;
        healed[p] = replicas.after(healed[p]!, move, this.viewIds[at!]!, this.databases.at(at!));
        healed = this.raise(healed, p) ?? healed;
      }
    }
    const { history } = this.databases.at(healed[0]!);
    const wrong = healed.slice(1).findIndex((id) => !this.isTruth(replicas.servedFresh(id), history));
    return wrong < 0 ? null : `process ${wrong + 1} does not heal`;
  }

  private isTruth(served: readonly (string | null)[], history: string): boolean {
    return this.options.keys.every(({ touchedBy }, i) => served[i] === contentOf(history, touchedBy));
  }
}
