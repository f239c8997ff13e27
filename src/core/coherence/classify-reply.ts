import type { AsOf } from './as-of.js';
import type { PollReply } from './change-feed.js';
import type { Gap, StreamState } from './stream-state.js';

/** A standby's answer is stale material: nothing follows from it. */
export interface Ignored {
  readonly kind: 'ignored';
}

export type Verdict =
  | Ignored
  /** Nothing beyond what was applied: everything untouched stands. */
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'changes' }
  /** The history is another one: start from it anew. */
  | { readonly kind: 'adopt'; readonly gap: Gap | null }
  /** The lineage was lost under an unchanged epoch: it has to be raised first. */
  | { readonly kind: 'lost'; readonly gap: Gap };

const ignored: Ignored = { kind: 'ignored' };
const confirmed: Verdict = { kind: 'confirmed' };
const changes: Verdict = { kind: 'changes' };

/**
 * Pure: what a reply means to a process in this state.
 * @param seen the highest point of the reply's epoch that any value had been read at before the poll was sent
 */
export function classifyReply(state: StreamState, reply: PollReply, seen?: AsOf | null): Verdict {
  if (reply.inRecovery) return ignored;
  if (state.lost?.epoch === reply.epoch) return { kind: 'lost', gap: state.lost.gap };
  if (state.abandoned.has(reply.epoch)) return { kind: 'lost', gap: 'went-back' };
  const contradicted = seen?.epoch === reply.epoch ? contradiction(seen, reply) : null;
  if (contradicted !== null) return { kind: 'lost', gap: contradicted };
  if (state.epoch === null) return { kind: 'adopt', gap: null };
  if (reply.epoch !== state.epoch) return { kind: 'adopt', gap: 'other-epoch' };
  const { version, changeId } = state.applied;
  if (reply.version < version) return { kind: 'lost', gap: 'went-back' };
  if (reply.version === version) {
    return changeId === null || reply.changeId === changeId
      ? confirmed
      : { kind: 'lost', gap: 'other-change' };
  }
  if (reply.changeIdAtApplied === null) {
    // Version 0 and a boot's starting point never had a log row of their own; any other that is gone proves nothing.
    if (reply.trimmedTo > version || (changeId !== null && version > 0))
      return { kind: 'adopt', gap: 'trimmed' };
  } else if (changeId !== null && reply.changeIdAtApplied !== changeId) {
    return { kind: 'lost', gap: 'other-change' };
  }
  return changes;
}

/** A value was read at a point that this history does not have: a load was ahead of the polls, and the point was lost. */
function contradiction(seen: AsOf, reply: PollReply): Gap | null {
  if (reply.version < seen.version) return 'went-back';
  const changeId =
    reply.version === seen.version
      ? reply.changeId
      : reply.changes.find((change) => change.version === seen.version)?.changeId;
  return changeId === undefined || changeId === seen.changeId ? null : 'other-change';
}
