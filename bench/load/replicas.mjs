import { ask } from '../fleet/http.mjs';
import { until } from '../fleet/until.mjs';
import { askAll, Asker, isServed } from './load.mjs';
import { bodyOf } from './profiles.mjs';
import { failedRow } from './zipf.mjs';

const first = 3_000_000;
const crowd = 100;
const rounds = 5;
/** Profiles that each process makes before: it is the profile that is to be cold, and not the process. */
const warmUp = 100;
const prefix = 'narr:';

/**
 * A hundred at three processes that share a Redis: for a cold profile, and again once it has become stale. Where a
 * process gives Redis up, since the machine lets nothing happen within 45 ms, each makes its own by design: such a round
 * is told, and proves nothing of the lock.
 */
export async function replicas({ fleet, headers, calls }) {
  const { members } = fleet;
  const askers = members.map(({ url }) => new Asker({ url, headers, connections: crowd }));
  const timesWithoutRedis = () =>
    fleet.all('warnings').filter(({ tier, isUp }) => tier === 'redis' && isUp === false).length;
  try {
    const warmed = await Promise.all(
      askers.map((asker, at) => {
        const bodies = Array.from({ length: warmUp }, (_, nth) => bodyOf(first - 1 - at * warmUp - nth));
        return askAll(asker, bodies, 4);
      }),
    );
    const played = [];
    for (let round = 0; round < rounds; round++) {
      await until(() => allReachRedis(members, headers), 'all reach Redis');
      const before = timesWithoutRedis();
      const figures = await play(bodyOf(first + round), { members, askers, headers, calls });
      played.push({
        ...figures,
        isShared: timesWithoutRedis() === before && (await allReachRedis(members, headers)),
      });
    }
    return rowsOf(played, warmed.flat(), members.length);
  } finally {
    for (const asker of askers) asker.close();
  }
}

async function play(body, { members, askers, headers, calls }) {
  const askCrowd = () =>
    Promise.all(Array.from({ length: crowd }, (_, at) => askers[at % askers.length].ask(body)));
  calls();
  const cold = await askCrowd();
  const made = calls().count;
  const keys = await keysOf(members, headers);
  await invalidate(members[0], headers);
  await until(() => every(members, headers, keys, ({ isStale }) => isStale), 'all hold it as stale');
  const stale = await askCrowd();
  const isFresh = async () => {
    const answers = await Promise.all(askers.map((asker) => asker.ask(body)));
    return answers.every((answer) => isServed(answer) && !answer.isStale);
  };
  await until(isFresh, 'all serve it fresh');
  return { made, refreshed: calls().count, cold, stale };
}

function rowsOf(played, warmed, processes) {
  const shared = played.filter(({ isShared }) => isShared);
  const most = (name) => Math.max(...shared.map((round) => round[name]));
  const staleHits = shared.flatMap(({ stale }) => stale).filter(({ isStale }) => isStale).length;
  const row = (what, name, figure) => ({
    what,
    ours: shared.map((round) => round[name]).join(', '),
    figure,
    bar: '1',
    ok: shared.length > 0 && most(name) === 1,
    value: most(name),
  });
  const answers = played.flatMap(({ cold, stale }) => [...cold, ...stale]);
  const worst = Math.max(...played.flatMap(({ made, refreshed }) => [made, refreshed]));
  return [
    row(`a cold profile, ${crowd} at once at ${processes} processes: model calls`, 'made'),
    row(`the same once it is stale, ${crowd} at once: refreshes`, 'refreshed', `${staleHits} stale hits`),
    {
      what: 'the most calls of any round, those without Redis included',
      ours: String(worst),
      figure: `${played.length - shared.length} of ${played.length} rounds in which a process gave Redis up`,
      bar: `≤ ${processes}`,
      ok: worst <= processes,
      value: worst,
    },
    failedRow(
      [...warmed, ...answers].filter((answer) => !isServed(answer)),
      warmed.length + answers.length,
    ),
  ];
}

async function invalidate({ url }, headers) {
  const path = `${url}/admin/cache/narratives/invalidate`;
  const answer = await ask(path, { method: 'POST', headers, body: { prefix, reason: 'load test' } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

async function allReachRedis(members, headers) {
  const states = await Promise.all(
    members.map(async ({ url }) => {
      const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
      return /^cache_breaker_state\{tier="redis"\} (\d)$/m.exec(metrics)?.[1];
    }),
  );
  return states.every((state) => state === '0');
}

/** What is held in memory, which is looked at without asking for it. */
async function entriesOf({ url }, headers) {
  const path = `${url}/admin/cache/narratives/entries?limit=1000&prefix=${prefix}`;
  return (await ask(path, { headers })).body.entries;
}

/** Those that every process holds. */
async function keysOf(members, headers) {
  const held = await Promise.all(members.map((member) => entriesOf(member, headers)));
  const [one, ...others] = held.map((entries) => entries.map(({ key }) => key));
  return one.filter((key) => others.every((keys) => keys.includes(key)));
}

async function every(members, headers, keys, holds) {
  const held = await Promise.all(members.map((member) => entriesOf(member, headers)));
  return held.every((entries) => entries.filter(({ key }) => keys.includes(key)).every(holds));
}
