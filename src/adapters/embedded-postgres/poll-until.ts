import { setInterval } from 'node:timers/promises';

/** The first defined answer of `look`, asked at once and then again and again, or undefined when time is up. */
export async function pollUntil<T>(
  look: () => Promise<T | undefined>,
  timeoutMs: number,
  everyMs = 5,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  const atOnce = await look();
  if (atOnce !== undefined) return atOnce;
  for await (const _ of setInterval(everyMs)) {
    const found = await look();
    if (found !== undefined || performance.now() > deadline) return found;
  }
  return undefined;
}
