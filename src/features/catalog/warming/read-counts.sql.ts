/** $1: keys, $2: how often each was read. Keys are locked in one order, so that two processes never wait for each other. */
export const addReads = `
INSERT INTO lastgood.catalog_reads (day, key, reads)
SELECT (now() AT TIME ZONE 'UTC')::date, r.key, r.reads
FROM unnest($1::text[], $2::bigint[]) AS r(key, reads) ORDER BY r.key COLLATE "C"
ON CONFLICT (day, key) DO UPDATE SET reads = catalog_reads.reads + excluded.reads`;

/** $1: keys of a day that is over that are kept, those most read; $2: days that are kept. */
export const deleteOldReads = `
DELETE FROM lastgood.catalog_reads c USING (
  SELECT day, key, row_number() OVER (PARTITION BY day ORDER BY reads DESC, key) AS rank
  FROM lastgood.catalog_reads WHERE day < (now() AT TIME ZONE 'UTC')::date
) r
WHERE c.day = r.day AND c.key = r.key
  AND (r.rank > $1 OR c.day < (now() AT TIME ZONE 'UTC')::date - $2::integer)`;

/** $1: keys that are not asked for, $2: days, $3: how many. */
export const mostRead = `
SELECT key FROM lastgood.catalog_reads
WHERE day > (now() AT TIME ZONE 'UTC')::date - $2::integer AND key <> ALL ($1::text[])
GROUP BY key ORDER BY sum(reads) DESC, key COLLATE "C" LIMIT $3`;
