const coherence = 'src/core/coherence';
const on = (file, name, text, replacement = '', specs) => ({
  name,
  file,
  edits: [[text, replacement]],
  specs,
});
const applyReply = (...mutant) => on(`${coherence}/apply-reply.ts`, ...mutant);
const classify = (...mutant) => on(`${coherence}/classify-reply.ts`, ...mutant);
const follower = (...mutant) => on(`${coherence}/stream-follower.ts`, ...mutant);
const pinned = (...mutant) => on(`${coherence}/pinned.ts`, ...mutant);
const state = (...mutant) => on(`${coherence}/stream-state.ts`, ...mutant);
const stream = (...mutant) => on(`${coherence}/stream.ts`, ...mutant);

/** What a process knows of its stream, and how it follows it. */
export const coherenceMutants = [
  state(
    'no watermark check',
    `if (asOf.version < (state.watermarks.get(scope)?.changed ?? state.floor)) return false;`,
  ),
  state('epoch ignored in the proof', `asOf.epoch !== state.epoch || isOfLost`, `isOfLost`),
  state('change id ignored in the proof', `applied !== undefined && applied !== changeId`, `false`),
  state(
    'polls confirm what was ahead of a lost history',
    `version > applied ? Number.NEGATIVE_INFINITY : confirmedThrough`,
    `confirmedThrough`,
  ),
  state('a supersession unseen is guessed', `if (mark.raisedFrom > version) return null;`),

  applyReply(
    'floor 0 after a trim',
    `floor: trimmedTo === 0 ? 0 : Math.min(trimmedTo + 1, version),`,
    `floor: 0,`,
  ),
  applyReply(
    'what was read where the log begins is proven',
    `trimmedTo === 0 ? 0 : Math.min(trimmedTo + 1, version)`,
    `trimmedTo`,
  ),
  applyReply('a log that is empty proves nothing', `Math.min(trimmedTo + 1, version)`, `trimmedTo + 1`),
  applyReply(
    'max() dropped: disorder lowers a watermark',
    `Math.max(version, watermarks.get(scope)?.changed ?? raisedFrom)`,
    `version`,
  ),
  applyReply(
    'max() dropped: a duplicate is applied again',
    `reply.changes.filter((change) => change.version > state.applied.version)`,
    `reply.changes`,
  ),
  applyReply(
    'max() dropped: an older reply is applied',
    `if (reply.version < state.applied.version) return state;`,
  ),
  applyReply(
    'a reply that was cut counts as whole',
    `reply.more\n    ? highest(news, state.applied)`,
    `false\n    ? highest(news, state.applied)`,
  ),
  applyReply(
    'adopting keeps the watermarks of the old epoch',
    `    epoch: reply.epoch,\n`,
    `    epoch: reply.epoch,\n    watermarks: state.watermarks,\n`,
  ),
  applyReply(
    'adopting forgets which epoch was left',
    `abandoned: abandon(state.abandoned, reply.epoch === state.epoch ? null : state.epoch),`,
  ),
  applyReply('a lost lineage is not remembered', `, null, now), lost: { epoch, gap } }`, `, null, now) }`),
  applyReply(
    'a lost epoch is not abandoned',
    `...leaveHistory({ ...state, abandoned }, null, now)`,
    `...leaveHistory(state, state.epoch, now)`,
  ),
  applyReply('an epoch that is left is not abandoned', `state.epoch === next ? null : state.epoch`, `null`),
  applyReply(
    'a lost lineage leaves what is held proven',
    `return { ...state, epoch: null, abandoned`,
    `return { ...state, abandoned`,
  ),
  applyReply(
    'confirmations go back',
    `sentAt > state.confirmedThrough ? { ...state, confirmedThrough: sentAt } : state`,
    `{ ...state, confirmedThrough: sentAt }`,
  ),
  applyReply('no mark for the whole stream', `    raise(wholeStream, version);`),
  applyReply('change ids are kept without end', `    if (known.size <= maxChangeIds) break;`, `    break;`),

  classify("a replica's answer confirms", `  if (reply.inRecovery) return ignored;`),
  classify(
    'no change-id check at the same version',
    `changeId === null || reply.changeId === changeId`,
    `true`,
  ),
  classify(
    'no change-id check in the log',
    `changeId !== null && reply.changeIdAtApplied !== changeId`,
    `false`,
  ),
  classify(
    'a version that went back is confirmed',
    `if (reply.version < version) return { kind: 'lost', gap: 'went-back' };`,
    `if (reply.version < version) return confirmed;`,
  ),
  classify(
    'a trimmed log is no gap',
    `      return { kind: 'adopt', gap: 'trimmed' };`,
    `      return changes;`,
  ),
  classify(
    'another epoch is no gap',
    `if (reply.epoch !== state.epoch) return { kind: 'adopt', gap: 'other-epoch' };`,
  ),
  classify(
    'a lost epoch is believed again',
    `if (state.lost?.epoch === reply.epoch) return { kind: 'lost', gap: state.lost.gap };`,
  ),
  classify(
    'an abandoned epoch is believed again',
    `if (state.abandoned.has(reply.epoch)) return { kind: 'lost', gap: 'went-back' };`,
  ),
  classify('seen ignored', `seen?.epoch === reply.epoch ? contradiction(seen, reply) : null`, `null`),
  classify(
    'seen is compared by version alone',
    `changeId === undefined || changeId === seen.changeId ? null`,
    `changeId !== seen.changeId ? null`,
  ),

  stream('generation not raised on commit', `    if (unproves) this.generation++;`),
  stream('fold without lifting', `    for (const holder of this.holders) holder.lift(applied);`),
  stream(
    'seen in the epoch that is current alone',
    `      this.current.abandoned.has(epoch)\n`,
    `      epoch !== this.current.epoch\n`,
  ),
  stream('seen is the last and not the highest', `version <= (this.highest.get(epoch)?.version ?? -1) ||`),

  follower('confirm at reply time', `confirm(next, sentAt)`, `confirm(next, this.options.clock.now())`),
  follower('confirm what was cut', `reply.more ? next : confirm(next, sentAt)`, `confirm(next, sentAt)`),
  follower('a reply that was cut waits a second for the next', `    if (reply.more) this.dirty = true;`),
  follower('a wake-up during a poll is lost', `      this.dirty = true;\n      return;`, `      return;`),
  follower(
    'a storm of wake-ups puts the poll off',
    `if (this.options.clock.now() + delayMs < this.nextAt) this.turnAfter(delayMs);`,
    `this.turnAfter(delayMs);`,
  ),
  follower('clock disagreement ignored', `if (isNew) {`, `if (false) {`),
  follower('the epoch is not raised', `          await feed.raiseEpoch(reply.epoch);`),
  follower(
    'pinned values are loaded after the watermark (CO-9)',
    `        await this.loadPinned(reply, isWhole ? { since: stream.state.applied.version, scopes } : undefined);
        this.commit(applyChanges(stream.state, reply, clock.now()), reply, sentAt);`,
    `        const since = stream.state.applied.version;
        this.commit(applyChanges(stream.state, reply, clock.now()), reply, sentAt);
        await this.loadPinned(reply, isWhole ? { since, scopes } : undefined);`,
  ),
  follower(
    'an adopted history waits for its values',
    `        this.commit(adoptHistory(stream.state, reply, clock.now()), reply, sentAt);
        report({ type: 'history-adopted', stream: stream.name, gap });`,
    `        await this.loadPinned(reply);
        this.commit(adoptHistory(stream.state, reply, clock.now()), reply, sentAt);
        report({ type: 'history-adopted', stream: stream.name, gap });`,
  ),
  follower(
    'a history is adopted from a part of its log',
    `if (verdict.gap !== null) return this.leave(reply, verdict.gap);`,
  ),
  follower('why a history was left is not told', `const gap = this.leftBecause;`, `const { gap } = verdict;`),
  follower(
    'watermarks are never folded',
    `if (next.watermarks.size > maxScopes) this.stream.fold`,
    `if (next.watermarks.size < 0) this.stream.fold`,
  ),
  follower(
    'seen is what was seen when the reply came',
    `seen.get(reply.epoch)`,
    `stream.seen.get(reply.epoch)`,
  ),
  follower('a feed that fails is taken for one that answers', `      stream.isReachable = false;\n`),

  pinned(
    'backstop of pinned values never reloads',
    `    if (this.covers(target)) return this.reloadIfDue();`,
    `    if (this.covers(target)) return;`,
  ),
  pinned(
    'a load builds on what lacks earlier changes',
    `this.covers({ epoch: target.epoch, version: changed.since })`,
    `true`,
  ),
  pinned(
    'what an earlier process stored has an hour to come',
    `this.reader.cache.entry(this.key)?.confirmedAt ?? this.clock.now()`,
    `this.clock.now()`,
  ),
  pinned('a load that was under way is enough', `attempt < 2 && !this.covers`, `attempt < 1 && !this.covers`),
  pinned('another epoch covers', ` || held.asOf.epoch !== epoch`),
  pinned(
    'another change of the same number covers',
    `return changeId === undefined || held.asOf.changeId === changeId;`,
    `return true;`,
  ),

  on(
    'src/adapters/postgres/wake-up-listener.ts',
    'no catch-up after LISTEN',
    `    for (const channel of this.wakes.keys()) this.wake(channel);`,
    '',
    ['src/adapters/postgres/wake-up-listener.spec.ts'],
  ),
];
