import type { SignalType } from '../types/signal-type.js';
import type { Game } from './game.js';
import type { WarmPlan, WarmRef } from './warm-plan.js';

const mostRefs = 100_000;

/**
 * Pure: what there is to be loaded for these games. Each placeholder of a type's key is filled from the field of that
 * name, or from each text of the list in its plural (`market`, `markets`), in all combinations.
 * @throws RangeError for more than 100,000 signals, those counted that are named again
 */
export function planWarming(types: readonly SignalType[], games: readonly Game[]): WarmPlan {
  const refs = new Map<string, WarmRef>();
  let planned = 0;
  const skipped: { type: string; why: string }[] = [];
  for (const { name, key, source } of types) {
    if (source.kind === 'push') {
      skipped.push({ type: name, why: 'it is pushed: there is nothing to load it from' });
      continue;
    }
    if (source.kind === 'feed') {
      for (const feed of source.feeds.keys()) refs.set(`${name} ${feed}`, { type: name, id: feed });
      if (source.feeds.size === 0) skipped.push({ type: name, why: 'it has no feeds yet' });
      continue;
    }
    const missing = new Set<string>();
    for (const game of games) {
      const choices = key.placeholders.map((placeholder) => choicesOf(game, placeholder));
      key.placeholders.forEach((placeholder, n) => {
        if (choices[n]?.length === 0) missing.add(placeholder);
      });
      const count = choices.reduce((product, { length }) => product * length, 1);
      planned += count;
      if (planned > mostRefs) throw new RangeError(`More than ${mostRefs} signals are not loaded at once`);
      if (count === 0) continue;
      for (const id of combine(choices)) refs.set(`${name} ${id}`, { type: name, id });
    }
    if (missing.size > 0) skipped.push({ type: name, why: `some games tell no ${[...missing].join(', ')}` });
  }
  return { refs: [...refs.values()], skipped };
}

function choicesOf(game: Game, placeholder: string): readonly string[] {
  const told = game[placeholder] ?? game[`${placeholder}s`] ?? [];
  return typeof told === 'string' ? [told] : told;
}

function* combine(
  choices: readonly (readonly string[])[],
  before: readonly string[] = [],
): Generator<string> {
  const [first, ...rest] = choices;
  if (first === undefined) {
    yield before.join(':');
    return;
  }
  for (const choice of first) yield* combine(rest, [...before, choice]);
}
