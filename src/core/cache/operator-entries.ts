import type { Entry } from './entry.js';

interface Imposed<T> {
  readonly entry: Entry<T>;
  /** What it took the place of; `undefined` where nothing was held. */
  readonly before: Entry<T> | undefined;
}

/** Which of the entries that are held an operator put there, and what each of them took the place of. */
export class OperatorEntries<T> {
  private readonly imposed = new Map<string, Imposed<T>>();

  /** @param held what stands now: another operator's entry gives way, and what was before that one stays known */
  add(entry: Entry<T>, held: Entry<T> | undefined): void {
    const last = this.imposed.get(entry.key);
    const before = held !== undefined && last?.entry === held ? last.before : held;
    this.imposed.set(entry.key, { entry, before });
  }

  has(entry: Entry<T>): boolean {
    return this.imposed.get(entry.key)?.entry === entry;
  }

  forget(key: string): void {
    this.imposed.delete(key);
  }

  /** Gives what was before to `restore`; an entry that took no other one's place stays. */
  giveUp(restore: (imposed: Entry<T>, before: Entry<T>) => void): void {
    for (const [key, { entry, before }] of this.imposed) {
      if (before === undefined) continue;
      this.imposed.delete(key);
      restore(entry, before);
    }
  }
}
