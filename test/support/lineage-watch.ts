import { measured } from './fault-report.js';
import type { Fleet } from './fleet.js';
import type { FleetNode } from './fleet-node.js';
import { pollUntil } from './poll-until.js';
import type { ReadLoad } from './read-load.js';

/** What a process logs when it learns that history is another one than it applied (CO-10). */
const noticed = ['the database lost changes that were applied', 'another history adopted'];

function noticedAt(node: FleetNode, since: number): number | undefined {
  const said = noticed.flatMap((words) => node.said(words, since));
  return said.length === 0 ? undefined : Math.min(...said.map(({ at }) => at));
}

export interface Lost {
  readonly fleet: Fleet;
  readonly load: ReadLoad;
  readonly fault: string;
  /** When the other history could first be reached (ms since the Unix epoch). */
  readonly since: number;
  /** The value that is no longer in the database. */
  readonly lost: number;
  /** What the database holds now. */
  readonly truth: number;
}

/** What a history that lost changes has to lead to in every process: noticed, on the truth, and nothing lost as fresh. */
export async function expectTruth({ fleet, load, fault, since, lost, truth }: Lost): Promise<void> {
  await pollUntil(
    () => fleet.nodes.every((node) => noticedAt(node, since) !== undefined),
    'every process notices',
    () => fleet.nodes.map(({ server }) => server.output.slice(-2_000)).join('\n---\n'),
  );
  await fleet.untilOnTruth(truth);
  const onTruthMs = Date.now() - since;
  await load.more(100);
  const at = fleet.nodes.map((node) => noticedAt(node, since)!);
  measured({ row: 'Postgres', fault, what: 'noticed by all', value: Math.max(...at) - since, limit: 2_000 });
  measured({ row: 'Postgres', fault, what: 'all on the truth', value: onTruthMs, limit: 5_000 });
  expect(load.failed).toEqual([]);
  for (const [index, node] of fleet.nodes.entries()) {
    // The log is written to the millisecond, and what was answered in that one may be from before.
    const after = load.between(at[index]! + 1).filter((read) => read.node === node);
    const lostAsFresh = after.filter(({ body }) => body?.maxTokens === lost && !body.meta.isStale);
    expect(lostAsFresh).toEqual([]);
    expect(node.server.exitCode).toBeNull();
  }
}
