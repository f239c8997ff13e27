import { tell } from './print.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs work that the first signal ends gently, by way of an `AbortSignal`; a second one ends the process. */
export async function untilStopped<R>(work: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const stop = new AbortController();
  const stopGently = () => {
    tell('ending what is under way; once more ends at once');
    stop.abort();
  };
  for (const signal of signals) process.once(signal, stopGently);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of signals) process.off(signal, stopGently);
  }
}
