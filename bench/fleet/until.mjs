import { setTimeout as delay } from 'node:timers/promises';

const withinMs = 30_000;

/** Asks again every 20 ms until the condition holds. */
export async function until(holds, condition) {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms until ${condition}`);
    await delay(20);
  }
}
