import type { ChaosLog, Read } from './chaos-log.js';
import { checkOrder } from './check-order.js';
import { contentAt, keyHistories, type KeyHistory } from './key-history.js';
import type { Violation, ViolationKind } from './violation.js';

/** Two processes of one machine read its clock at other moments of the same millisecond. */
const clockMs = 5;
/** Beyond the bound of CA-12 (5 s), which is measured: a busy machine is late, a broken process never comes. */
const convergesWithinMs = 30_000;

type HistoryOf = (key: string) => KeyHistory;

/** Pure: every breach of the promise that a log of writes and reads shows (CA-12). */
export function checkChaos(log: ChaosLog): Violation[] {
  const historyOf = keyHistories(log);
  return [
    ...checkWrites(log, historyOf),
    ...log.reads.flatMap((read) => checkRead(read, log.epoch, historyOf(read.key))),
    ...checkOrder(log.reads, historyOf),
    ...checkConvergence(log),
  ];
}

/** What was acknowledged stands in the database as it was told, and only later writes undid it; what was refused never was there. */
function checkWrites({ writes, final }: ChaosLog, historyOf: HistoryOf): Violation[] {
  const lost = writes.filter(({ key, text, outcome, version }) => {
    if (outcome !== 'acked') return false;
    const isTold = historyOf(key).told.some((each) => each.version === version && each.text === text);
    // To delete what is not there is no change.
    return !isTold && text !== null;
  });
  const done = writes.filter(
    ({ key, text, outcome }) =>
      outcome === 'refused' && text !== null && historyOf(key).told.some((each) => each.text === text),
  );
  const undone = Object.entries(final.items).filter(
    ([key, text]) => contentAt(historyOf(key), final.version) !== text,
  );
  return [
    ...[...lost, ...undone].map((detail): Violation => ({ kind: 'write-lost', detail })),
    ...done.map((detail): Violation => ({ kind: 'refused-yet-done', detail })),
  ];
}

function checkRead(read: Read, epoch: string, history: KeyHistory): Violation[] {
  const { code, text, version, isStale, applied, appliedEpoch, ageMs = 0 } = read;
  if (code !== undefined) return code === 'no-answer' ? [{ kind: 'no-answer', detail: read }] : [];
  if (version === undefined || read.epoch !== epoch) return [{ kind: 'other-lineage', detail: read }];
  const found: ViolationKind[] = [];
  if (contentAt(history, version) !== text) found.push('wrong-content');
  const knew = appliedEpoch === epoch ? applied : 0;
  if (history.purged.some((purge) => purge.version > version && purge.version <= knew))
    found.push('purged-served');
  if (!isStale && history.changed.some((change) => change > version && change <= knew))
    found.push('below-watermark');
  // A fresh answer of this age claims that the value was current so long ago at the most.
  const confirmedAt = read.sentAt - ageMs - clockMs;
  const isSuperseded = history.acked.some((write) => write.version! > version && write.endedAt < confirmedAt);
  if (!isStale && isSuperseded) found.push('false-confirmation');
  return found.map((kind) => ({ kind, detail: read }));
}

/** After the last heal, and after each one on the way, all processes are on the newest version. */
function checkConvergence({ heals, final, epoch }: ChaosLog): Violation[] {
  const late = heals.filter(({ ms }) => ms === null || ms > convergesWithinMs);
  const behind = Object.entries(final.nodes).flatMap(([node, reads]) => {
    const isOnNewest = ({ key, text, isStale, applied, appliedEpoch }: Read) =>
      text === final.items[key] && isStale === false && applied >= final.version && appliedEpoch === epoch;
    const unread = Object.keys(final.items).filter((key) => !reads.some((read) => read.key === key));
    return [
      ...reads.filter((read) => !isOnNewest(read)),
      ...unread.map((key) => ({ node, key, unread: true })),
    ];
  });
  return [...late, ...behind].map((detail) => ({ kind: 'not-converged', detail }));
}
