import { setTimeout as delay } from 'node:timers/promises';

/** Asks again every 10 ms until the condition holds; fails with its name, and what `facts` tell, after `withinMs`. */
export async function pollUntil(
  holds: () => boolean | Promise<boolean>,
  condition: string,
  facts: () => string = () => '',
  withinMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms until ${condition}. ${facts()}`);
    await delay(10);
  }
}
