/** What would be made now nobody would find: the process would take it along. */
export class MadeInVainError extends Error {
  override readonly name = 'MadeInVainError';
}
