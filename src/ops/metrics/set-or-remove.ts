import type { Gauge } from 'prom-client';

/** What is not known is not told: an old figure would be taken for one of now. */
export function setOrRemove(gauge: Gauge, value: number | null | undefined): void {
  if (value === null || value === undefined) gauge.remove();
  else gauge.set(value);
}
