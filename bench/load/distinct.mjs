import { askAll, Asker, isServed } from './load.mjs';
import { bodyOf } from './profiles.mjs';
import { failedRow } from './zipf.mjs';

const first = 2_000_000;
const thousand = 1_000;
const atOnce = 100;

/** A thousand profiles that nobody has asked for: each costs what it must, and no more. */
export async function distinct({ fleet, headers, calls }, { count = thousand } = {}) {
  const asker = new Asker({ url: fleet.members[0].url, headers, connections: atOnce });
  try {
    calls();
    const bodies = Array.from({ length: count }, (_, at) => bodyOf(first + at));
    const from = performance.now();
    const answers = await askAll(asker, bodies, atOnce);
    const seconds = (performance.now() - from) / 1_000;
    const made = calls();
    return [
      {
        what: `${count.toLocaleString('en')} cold profiles, ${atOnce} at once: model calls`,
        ours: `${made.count} for ${made.texts} profiles`,
        figure: `${(count / seconds).toFixed(0)} a second`,
        bar: `${count} for ${count}`,
        ok: made.count === count && made.texts === count,
        value: made.count,
      },
      failedRow(
        answers.filter((answer) => !isServed(answer)),
        count,
      ),
    ];
  } finally {
    asker.close();
  }
}
