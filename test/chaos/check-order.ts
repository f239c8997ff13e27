import type { Read } from './chaos-log.js';
import { groupBy } from './group-by.js';
import type { KeyHistory } from './key-history.js';
import type { Violation } from './violation.js';

/** What the answers that had come before a question leave no way back from. */
class Known {
  version = 0;
  applied = 0;
  /** The last value that this process gave: it holds one. */
  value: Read | null = null;

  learn(read: Read): void {
    if (read.code !== 'no-answer') this.applied = Math.max(this.applied, read.applied);
    if (read.code !== undefined) return;
    if (read.version! >= this.version) this.value = read.text === null ? null : read;
    this.version = Math.max(this.version, read.version!);
  }
}

/** Pure: what one life of a process answered for one key, in order; a question meets the answers that came before it. */
export function checkOrder(reads: readonly Read[], historyOf: (key: string) => KeyHistory): Violation[] {
  const groups = groupBy(reads, ({ node, key }) => `${node} ${key}`);
  return [...groups.values()].flatMap((group) => checkGroup(group, historyOf(group[0]!.key)));
}

function checkGroup(group: readonly Read[], history: KeyHistory): Violation[] {
  const answered = group.toSorted((a, b) => a.endedAt - b.endedAt);
  const violations: Violation[] = [];
  const known = new Known();
  let next = 0;
  for (const read of group.toSorted((a, b) => a.sentAt - b.sentAt)) {
    for (; answered[next]!.endedAt < read.sentAt; next++) known.learn(answered[next]!);
    if (read.applied < known.applied) violations.push({ kind: 'applied-went-back', detail: read });
    if (read.code === undefined && read.version! < known.version)
      violations.push({ kind: 'went-back', detail: read });
    if (read.code !== undefined && isWarm(known, read, history))
      violations.push({ kind: 'warm-read-failed', detail: { read, held: known.value } });
  }
  return violations;
}

/** The process held a value that neither a purge nor a deletion may have taken from it meanwhile. */
function isWarm({ value }: Known, read: Read, { purged, told }: KeyHistory): boolean {
  if (value === null) return false;
  const isPurged = purged.some(({ version, at }) => version > value.version! && at <= read.endedAt);
  const isDeleted = told.some(({ version, text }) => version > value.version! && text === null);
  return !isPurged && !isDeleted;
}
