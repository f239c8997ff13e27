import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** What all of the machine has done so far, and for how long somebody waited for a core; in seconds, on Linux. */
function machine() {
  try {
    const [, user, nice, system] = readFileSync('/proc/stat', 'utf8').split(/\s+/);
    const waited = /some .*total=(\d+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8'))[1];
    return { busy: (Number(user) + Number(nice) + Number(system)) / 100, waited: Number(waited) / 1e6 };
  } catch {
    return { busy: Number.NaN, waited: Number.NaN };
  }
}

const round = (value) => Math.round(value * 100) / 100;

/**
 * From now on: what asking and writing down costs, and how busy the machine is, with us and with others. Latencies of a
 * machine on which somebody always waits for a core (`cpuPressure` near 1) are the machine's as much as ours.
 */
export function startOverhead() {
  const cpu = process.cpuUsage();
  const before = machine();
  const from = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - from) / 1_000;
    const now = machine();
    return {
      seconds: Math.round(seconds),
      benchCores: round((user + system) / 1e6 / seconds),
      busyCores: round((now.busy - before.busy) / seconds),
      cores: availableParallelism(),
      cpuPressure: round((now.waited - before.waited) / seconds),
    };
  };
}
