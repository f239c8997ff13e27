const migration = 'migrations/1763600000000-coherence.migration.ts';
const migrationSpecs = ['migrations/coherence'];
const on = (file, specs, name, ...edits) => ({ name, file, specs, edits });
const counting = (name, ...edits) => on(migration, migrationSpecs, name, ...edits);
const feed = (name, ...edits) =>
  on(
    'src/adapters/postgres/postgres-change-feed.ts',
    ['src/adapters/postgres/postgres-change-feed.spec.ts'],
    name,
    ...edits,
  );
const reading = (name, ...edits) =>
  on(
    'src/platform/database/stream-reader.ts',
    ['src/platform/database/stream-reader.spec.ts'],
    name,
    ...edits,
  );

const lockTrigger = `  EXECUTE format('CREATE TRIGGER a_lock_counter BEFORE INSERT OR UPDATE OR DELETE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION lastgood.lock_counter(%L)', p_table, p_stream);
`;
const truncateTrigger = `  EXECUTE format('CREATE TRIGGER a_refuse_truncate BEFORE TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION lastgood.refuse_truncate()', p_table);
`;

/** What Postgres is asked to do; each needs a database. */
export const sqlMutants = [
  counting('AFTER triggers only', [lockTrigger, ''], [`ARRAY['a_lock_counter', `, `ARRAY[`]),
  counting('TRUNCATE is not refused', [truncateTrigger, ''], [`, 'a_refuse_truncate']`, `]`]),
  counting('ordinary triggers', ['ENABLE ALWAYS TRIGGER', 'ENABLE TRIGGER']),
  counting('counted once per statement', [
    `
      AND (raised_by, raised_at) IS DISTINCT FROM (pg_current_xact_id(), transaction_timestamp())`,
    '',
  ]),
  counting('a transaction is known by its id alone', [
    `(raised_by, raised_at) IS DISTINCT FROM (pg_current_xact_id(), transaction_timestamp())`,
    `raised_by IS DISTINCT FROM pg_current_xact_id()`,
  ]),
  counting('old scopes are not logged', [`(TABLE old_rows EXCEPT TABLE new_rows) UNION ALL `, '']),
  counting('rows that did not change are counted', [
    `(TABLE old_rows EXCEPT TABLE new_rows) UNION ALL (TABLE new_rows EXCEPT TABLE old_rows)`,
    `TABLE old_rows UNION ALL TABLE new_rows`,
  ]),
  counting('a statement without rows is counted', [
    `IF scopes IS NOT NULL THEN PERFORM lastgood.log_change(TG_ARGV[0], scopes, 'changed'); END IF;`,
    `PERFORM lastgood.log_change(TG_ARGV[0], coalesce(scopes, '{}'), 'changed');`,
  ]),
  counting('nobody is notified', [
    `  PERFORM pg_notify('lastgood_' || c.stream, c.version::text)
    FROM lastgood.change_counter c WHERE c.stream = p_stream;
`,
    '',
  ]),
  counting('the change id stays', [`change_id = gen_random_uuid(),\n`, `change_id = change_id,\n`]),
  counting('writers need rights on the counter', [
    `CREATE FUNCTION lastgood.log_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER`,
    `CREATE FUNCTION lastgood.log_rows() RETURNS trigger
LANGUAGE plpgsql`,
  ]),

  feed('a version is cut in two', [`WITH TIES`, `ONLY`]),
  feed('the epoch is raised by whoever comes', [` AND epoch = \${rowEpochSql('$2')}\``, ' AND $2 <> $1`']),
  feed('a standby is not recognised', [`pg_is_in_recovery() AS "inRecovery"`, `false AS "inRecovery"`]),
  feed('the poll locks the counter', [
    `WHERE c.stream = $1\`;\n\nconst raise`,
    `WHERE c.stream = $1 FOR SHARE\`;\n\nconst raise`,
  ]),

  reading('the load locks the counter', [
    `FROM lastgood.change_counter c WHERE c.stream = $1\``,
    `FROM lastgood.change_counter c WHERE c.stream = $1 FOR SHARE\``,
  ]),
  reading("a standby's rows are taken", [`if (inRecovery) throw`, `if (inRecovery && wrote) throw`]),
  reading('rows of a transaction that wrote are taken', [
    `if (wrote) throw`,
    `if (wrote && inRecovery) throw`,
  ]),
];
