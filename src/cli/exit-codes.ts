/** What a command's end tells its caller; `docs/cli.md` lists them. */
export const exitCodes = {
  done: 0,
  /** It could not be done, or what was looked for was found: a fault, a broken chain. */
  failed: 1,
  /** Nothing was changed, though something would have been. */
  wouldChange: 2,
  /** The server or the database cannot be reached. */
  unreachable: 3,
} as const;
