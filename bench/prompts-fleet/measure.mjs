import { setTimeout as delay } from 'node:timers/promises';
import { between, spreadOf } from '../fleet/stats.mjs';

const pitchMs = 1;
const giveUpAfterMs = 10_000;
/** Changes that come first and are not timed: they find nothing compiled. */
const warmUp = 30;

/** Renders over and over until the new text comes; whatever is neither the old nor the new one is a fault. */
async function watch(member, prompts, { before, after }, faults) {
  const from = performance.now();
  for (;;) {
    const text = await prompts.render(member);
    if (text === after) return performance.now();
    if (text !== before) faults.push(`${member.lifetime} rendered "${text}", not "${before}" or "${after}"`);
    if (performance.now() - from > giveUpAfterMs) {
      faults.push(`${member.lifetime} never rendered "${after}"`);
      return Number.POSITIVE_INFINITY;
    }
    await delay(pitchMs);
  }
}

const byAll = (changes) => spreadOf(changes.map(({ latencies }) => Math.max(...latencies)));

/**
 * Changes one after the other at random distances, a share of them by plain SQL and the others through the first
 * process, each watched in every process from before it is sent until all render it.
 * @param change makes the nth change, by a process or by SQL (`null`), and tells its version
 */
export async function measure({ fleet, prompts, random, count, sqlShare, change }) {
  const [first] = fleet.members;
  const faults = [];
  const seen = [];
  for (let nth = 0; nth < warmUp + count; nth++) {
    const before = prompts.text;
    const via = random() < sqlShare ? null : first;
    const changing = change(via, nth);
    const texts = { before, after: prompts.text };
    const watching = fleet.members.map((member) => watch(member, prompts, texts, faults));
    const version = await changing;
    const answeredAt = performance.now();
    const sightings = await Promise.all(watching);
    const committedAt = Math.min(answeredAt, prompts.heardAt.get(version) ?? answeredAt);
    if (nth >= warmUp) seen.push({ via, latencies: sightings.map((at) => Math.max(0, at - committedAt)) });
    for (const member of fleet.members)
      if ((await prompts.render(member)) !== texts.after) faults.push(`${member.lifetime} went back`);
    await delay(between(random, [0, 60]));
  }
  return {
    byAll: byAll(seen),
    byAllOfSql: byAll(seen.filter(({ via }) => via === null)),
    byAllOfHttp: byAll(seen.filter(({ via }) => via !== null)),
    byProcess: fleet.members.map((_, at) => spreadOf(seen.map(({ latencies }) => latencies[at]))),
    faults,
  };
}
