import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bytesOf } from './sql-file.js';
import { ThreadedSqlFile } from './threaded-sql-file.js';

const checkSql = 'SELECT CAST(quick_check AS BLOB) AS told FROM pragma_quick_check(1)';

/** What is wrong with the cache file of a folder; `null` for nothing, `undefined` if there is none. It stays as it is. */
export async function checkCacheFile(folder: string): Promise<string | null | undefined> {
  const file = path.join(path.resolve(folder), 'cache.sqlite');
  if ((await sizeOf(file)) === 0) return undefined;
  // Where a log lies beside it the two are one; where none does, even a reader would make one.
  const mode = (await sizeOf(`${file}-wal`)) > 0 ? 'mode=ro' : 'mode=ro&immutable=1';
  try {
    const connection = await ThreadedSqlFile.open(`${pathToFileURL(file).href}?${mode}`);
    try {
      const [[row] = []] = await connection.run([{ sql: checkSql }]);
      const told = bytesOf(row?.told).toString();
      return told === 'ok' ? null : told;
    } finally {
      await connection.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );
