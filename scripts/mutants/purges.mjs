const coherence = 'src/core/coherence';
const on = (file, name, text, replacement = '') => ({ name, file, edits: [[text, replacement]] });
const applyReply = (...mutant) => on(`${coherence}/apply-reply.ts`, ...mutant);
const state = (...mutant) => on(`${coherence}/stream-state.ts`, ...mutant);
const stream = (...mutant) => on(`${coherence}/stream.ts`, ...mutant);

/** What the log has to show of an entry that others stored, and what a purge leaves of any. */
export const purgeMutants = [
  state(
    'a trimmed log is taken for all there was',
    `if (isPromoted && asOf.epoch === trimmedEpoch && asOf.version < trimmedTo) return true;`,
  ),
  state('what left its epoch is trimmed by none', `epoch ?? dropped?.state.epoch`, `epoch`),
  state('no purge of what is older', `if (asOf.version < purge.version) return true;`),
  state(
    'a purge ends with its epoch',
    `return !hasBegunAfter(state, asOf.epoch, purge.epoch);`,
    `return purge.epoch === epoch;`,
  ),
  state(
    'a purge holds for epochs that began after it',
    `return !hasBegunAfter(state, asOf.epoch, purge.epoch);`,
    `return true;`,
  ),
  state(
    'what is of a lost history passes a purge by its number',
    `asOf.epoch === epoch ? isOfLostHistory(state, asOf) : !isShown`,
    `asOf.epoch === epoch ? false : !isShown`,
  ),
  state(
    'what the log never showed passes a purge when its epoch is left',
    `asOf.epoch === epoch ? isOfLostHistory(state, asOf) : !isShown`,
    `asOf.epoch === epoch && isOfLostHistory(state, asOf)`,
  ),
  state(
    'what the log did show is purged when its epoch is left',
    `asOf.epoch === epoch ? isOfLostHistory(state, asOf) : !isShown`,
    `asOf.epoch === epoch ? isOfLostHistory(state, asOf) : true`,
  ),

  applyReply('a purge is forgotten with its history', `    purges: state.purges,\n`),
  applyReply(
    'a purge that is told again is a new one',
    `kind === 'purged' && !purges.get(scope)?.changeIds.has(changeId)`,
    `kind === 'purged' && changeId !== scope`,
  ),
  applyReply(
    'a purge that was told late lowers the last one',
    `known?.epoch === epoch ? Math.max(known.version, version) : version`,
    `known?.epoch === epoch ? version : version`,
  ),

  stream(
    'what was purged stays in memory',
    `if (next.purges !== purges) for (const holder of this.holders) holder.dropPurged();`,
  ),
];
