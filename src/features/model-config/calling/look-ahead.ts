export interface Placed<T> {
  readonly item: T;
  readonly isLast: boolean;
}

/**
 * The items in their order, each told whether it is the last one: so the next one is looked up before this one is given.
 * Where that fails, this one is given all the same, as if another one followed, and the error comes after it.
 */
export async function* lookAhead<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<Placed<T>> {
  let held: { readonly item: T } | null = null;
  let failure: { readonly error: unknown } | null = null;
  try {
    for await (const item of items) {
      if (held !== null) yield { item: held.item, isLast: false };
      held = { item };
    }
  } catch (error) {
    failure = { error };
  }
  if (held !== null) yield { item: held.item, isLast: failure === null };
  if (failure !== null) throw failure.error;
}
