const coherence = 'src/core/coherence';
const on = (file, name, text, replacement = '') => ({ name, file, edits: [[text, replacement]] });
const applyReply = (...mutant) => on(`${coherence}/apply-reply.ts`, ...mutant);
const state = (...mutant) => on(`${coherence}/stream-state.ts`, ...mutant);
const stream = (...mutant) => on(`${coherence}/stream.ts`, ...mutant);

/** What the log has to show of an entry that others stored, and what a purge leaves of any. */
export const purgeMutants = [
  state('a trimmed log is taken for all there was', `  if (version < trimmedTo) return true;\n`),
  state(
    'what a process loaded itself goes with the log',
    `if (isPromoted && isFromBeforeLog(state, asOf))`,
    `if (isFromBeforeLog(state, asOf))`,
  ),
  state(
    'what is of another epoch passes a purge that is forgotten',
    `return forgotten !== null && epoch !== forgotten && !hasBegunAfter(state, epoch, forgotten);`,
    `return forgotten === epoch && version < 0;`,
  ),
  state(
    'a purge that is forgotten holds for epochs that began after it',
    `forgotten !== null && epoch !== forgotten && !hasBegunAfter(state, epoch, forgotten)`,
    `forgotten !== null && epoch !== forgotten`,
  ),
  applyReply('a purge that is forgotten is so with its history', `    forgotten: state.forgotten,\n`),
  applyReply('what a trimmed part may have purged stays', `unseen(state, reply)`, `state.purges`),
  applyReply(
    'every gap is taken for a part that is missing',
    `if (dropped === null || trimmedTo <= applied.version) return purges;`,
    `if (dropped === null) return purges;`,
  ),
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

  applyReply(
    'a purge is forgotten with its history',
    `purges: unseen(state, reply)`,
    `purges: unseen(initialStreamState, reply)`,
  ),
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
    `if (next.purges !== purges || next.trimmedTo !== trimmedTo)\n      for (const holder of this.holders) holder.dropPurged();`,
  ),
];
