/** Whoever has more to mend than this mends the first of them first. */
const mostTold = 200;

/** The first faults, and how many more there are: an answer must not be larger than what it answers. */
export function capFaults<F extends { readonly path: string; readonly message: string }>(
  faults: readonly F[],
): readonly (F | { readonly path: string; readonly message: string })[] {
  if (faults.length <= mostTold) return faults;
  const rest = { path: '', message: `and ${faults.length - mostTold} more` };
  return [...faults.slice(0, mostTold), rest];
}
