// Profiles that are all different, and who is asked for how often.

const buckets = 200;
const systems = ['Sirius', 'Vega', 'Altair'];
const types = ['Generator', 'Projector', 'Manifestor', 'Reflector'];
const centers = ['Head', 'Ajna', 'Throat', 'Heart', 'Spleen', 'Sacral', 'Root'];

/** The nth profile; no two of the first eight million are made into one text. */
export function profileOf(n) {
  const digits = [n % buckets, Math.floor(n / buckets) % buckets, Math.floor(n / buckets ** 2)];
  return {
    classification: 'primary',
    primary: systems[n % systems.length],
    percentages: Object.fromEntries(systems.map((system, at) => [system, digits[at] / 2])),
    hdData: {
      type: types[n % types.length],
      authority: 'Sacral',
      profile: `${1 + (n % 6)}/${1 + (n % 5)}`,
      centers: centers.slice(n % 4, 3 + (n % 4)),
      gates: [1 + (n % 32), 33 + (n % 32)],
    },
  };
}

export const bodyOf = (n) => JSON.stringify(profileOf(n));

/** Draws 0..count-1, the nth as often as 1 / (n + 1)^exponent. */
export function zipf(count, exponent, random) {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let n = 0; n < count; n++) sums[n] = sum += 1 / (n + 1) ** exponent;
  return () => {
    const at = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > at) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
