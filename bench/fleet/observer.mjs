import { setTimeout as delay } from 'node:timers/promises';
import { readRow } from './http.mjs';
import { spreadOf } from './stats.mjs';

const pitchMs = 1;
/** What is not served this long after the last edit never will be. */
const giveUpAfterMs = 10_000;

/** Reads over and over while an edit is on its way to this process, and not otherwise. */
export class Observer {
  reads = [];
  /** From one look to the next, while there was something to look for: what a latency may be too long by. */
  pitches = [];
  #running;

  constructor(member, wanted, headers) {
    this.member = member;
    this.seen = wanted.version;
    this.#running = this.#run(wanted, headers);
  }

  async #run(wanted, headers) {
    let lastAt = null;
    while (performance.now() < wanted.overAt || this.seen < wanted.version) {
      if (performance.now() > wanted.overAt + giveUpAfterMs) return;
      if (this.seen < wanted.version) {
        const read = await readRow(this.member, wanted.row, headers);
        this.reads.push(read);
        if (lastAt !== null) this.pitches.push(read.endedAt - lastAt);
        lastAt = read.endedAt;
        if (!read.isStale && read.version > this.seen) this.seen = read.version;
      } else lastAt = null;
      await delay(pitchMs);
    }
  }

  done() {
    return this.#running;
  }

  /** For each write, when it was first served as fresh: it, or a later one. */
  sightings(writes) {
    const fresh = this.reads.filter(({ failure, isStale }) => failure === undefined && !isStale);
    let at = 0;
    return writes.map((write) => {
      while (fresh[at]?.version < write.version) at += 1;
      return { write, seenAt: fresh[at]?.endedAt ?? Number.POSITIVE_INFINITY };
    });
  }
}

/** From the answer to the edit, as the bar says. */
const fromAnswer = ({ write, seenAt }) => Math.max(0, seenAt - write.endedAt);

/**
 * From the commit itself, which is known by its notification to us: a PUT is answered only once its own process serves
 * it, and by then the others often do.
 */
const fromCommit =
  (heardAt) =>
  ({ write, seenAt }) =>
    Math.max(0, seenAt - Math.min(write.endedAt, heardAt.get(write.version) ?? write.endedAt));

/** Of all observers, and of each. */
export function latencies(observers, writes, heardAt) {
  const seen = observers.flatMap((observer) => observer.sightings(writes));
  const bySql = seen.filter(({ write }) => write.via === 'sql');
  const byProcess = observers.map((each) => [
    each.member.name,
    each.sightings(writes).map(fromCommit(heardAt)),
  ]);
  return {
    fromAnswer: spreadOf(seen.map(fromAnswer)),
    fromCommit: spreadOf(seen.map(fromCommit(heardAt))),
    fromCommitBySql: spreadOf(bySql.map(fromCommit(heardAt))),
    byProcess: Object.fromEntries(byProcess.map(([name, times]) => [name, spreadOf(times)])),
  };
}
