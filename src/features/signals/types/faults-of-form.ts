const mostDepth = 64;

/**
 * What is wrong with a value whatever its type is. What is nested deeper would end the process that freezes, compares or
 * renders it; a number that is not finite, such as 1e400, would be null in every tier but memory.
 */
export function faultsOfForm(value: unknown): readonly string[] {
  const fault = faultOf(value, mostDepth);
  return fault === null ? none : [fault];
}

const none: readonly string[] = Object.freeze([]);

function faultOf(value: unknown, levels: number): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'must have finite numbers alone';
  if (typeof value !== 'object' || value === null) return null;
  if (levels === 0) return `must be nested at most ${mostDepth} deep`;
  for (const part of Object.values(value)) {
    const fault = faultOf(part, levels - 1);
    if (fault !== null) return fault;
  }
  return null;
}
