/** The lineage of a stream, as SQL over its counter `c`: the row's epoch, and the server it lives on (PROTOCOL CO-10). */
export const epochSql = `c.epoch || lastgood.server_lineage()`;

/** The row's epoch in a lineage that `epochSql` gave, as SQL. */
export const rowEpochSql = (parameter: string): string => `split_part(${parameter}, '.', 1)::uuid`;
