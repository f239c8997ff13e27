/** What a profile may be. */
export const profileLimits = Object.freeze({
  /** Of what is looked at as a profile at all, in levels of nesting. */
  depth: 8,
  systems: 64,
  /** Of a system, and of a text of the chart; in UTF-16 code units. */
  nameLength: 60,
  centers: 16,
  gates: 64,
});
