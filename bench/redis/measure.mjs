// Each way to a value by turns, in a process of its own: what slows the machine for a while slows all of them. Of a read's
// time the faster quarter of the turns counts, since what others take of the machine is not ours; of its processor time,
// garbage collection included, all do.
import { contenders, filledRig, waveOf } from './contenders.mjs';

const [url, bytes, concurrency] = process.argv.slice(2);
const rounds = 150;
const warmUpRounds = 50;
const turnMs = 4;

const rig = await filledRig(url, Number(bytes));
const ways = Object.entries(contenders).map(([name, of]) => ({
  name,
  wave: waveOf(of(rig), Number(concurrency)),
  us: [],
  reads: 0,
  cpuUs: 0,
}));

async function turn(way, isMeasured) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let reads = 0;
  for (; performance.now() - start < turnMs; reads += Number(concurrency)) await way.wave();
  const us = (performance.now() - start) * 1_000;
  const { user, system } = process.cpuUsage(cpu);
  if (!isMeasured) return;
  way.us.push(us / reads);
  way.reads += reads;
  way.cpuUs += user + system;
}

for (let round = 0; round < warmUpRounds + rounds; round++) {
  for (const i of ways.keys()) await turn(ways[(i + round) % ways.length], round >= warmUpRounds);
}
const quarter = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)];
const result = ways.map(({ name, us, reads, cpuUs }) => [name, { us: quarter(us), cpuUs: cpuUs / reads }]);
process.send(Object.fromEntries(result), () => process.exit());
