// Two calls measured by mitata in one process, batch by batch in turn: whatever slows the machine slows both, and each
// pair of neighbouring batches gives one ratio. mitata compiles a loop for each `measure` and sorts its samples: so it
// is called once for each of the two, and the pairs are taken from the clock that it reads. Between batches the event
// loop turns, unmeasured: polls and timers go on.
import { measure } from 'mitata';
import { median } from './figures.mjs';

const batchMs = 1;
/** The first ones warm up, until V8 has compiled the loops for good. */
const usual = { pairs: 400, warmUpPairs: 100 };

const nobody = () => undefined;

/** Lets two loops run by turns: who takes a turn waits until the other one asks for its own, or has left. */
function turns() {
  let wake = nobody;
  let left = false;
  return {
    take: () =>
      new Promise((resolve) => {
        setImmediate(left ? resolve : wake);
        wake = resolve;
      }),
    leave: () => {
      left = true;
      setImmediate(wake);
    },
  };
}

/** How many calls take about a millisecond; mitata unrolls its loop by four. */
async function batchOf(call, keys) {
  const withinMs = 300;
  const end = performance.now() + withinMs;
  let calls = 0;
  for (; performance.now() < end; calls++) await call(keys[calls % keys.length]);
  return Math.max(4, Math.round((calls / withinMs) * (batchMs / 4)) * 4);
}

/** Nanoseconds of a call, batch after batch. */
async function batches(call, keys, batch, { take, leave }, { pairs, warmUpPairs }) {
  const stamps = [];
  let asked = 0;
  // Keys are chosen before a batch: choosing is not measured.
  const key = () => keys[asked % keys.length];
  function* benchmark() {
    yield { 0: () => (asked++ % batch === 0 ? take().then(key) : key()), bench: call };
  }
  await measure(benchmark, {
    batch_samples: batch,
    batch_threshold: Number.POSITIVE_INFINITY,
    warmup_threshold: Number.POSITIVE_INFINITY,
    min_samples: pairs + warmUpPairs,
    max_samples: pairs + warmUpPairs,
    gc: false,
    now: () => {
      const now = performance.now() * 1e6;
      stamps.push(now);
      return now;
    },
  });
  leave();
  return Array.from({ length: pairs }, (_, i) => {
    const at = 2 * (i + warmUpPairs);
    return (stamps[at + 1] - stamps[at]) / batch;
  });
}

/** @returns nanoseconds of a call, and how `ours` compares with `floor`: medians over pairs of batches */
export async function alternate(floor, ours, keys, rounds = usual) {
  const turn = turns();
  const sizes = [await batchOf(floor, keys), await batchOf(ours, keys)];
  const [floors, all] = await Promise.all(
    [floor, ours].map((call, i) => batches(call, keys, sizes[i], turn, rounds)),
  );
  return {
    floorNs: median(floors),
    ns: median(all),
    ratio: median(all.map((ns, i) => ns / floors[i])),
    overNs: median(all.map((ns, i) => ns - floors[i])),
  };
}
