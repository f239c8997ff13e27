const longestChain = 10;

/** An error, and what caused it, and what caused that. */
export function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < longestChain; each = each.cause)
    chain.push(each);
  return chain;
}
