// @ts-check
// The body of a thread that owns one connection, see threaded-sql-file.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { SqlConnection } from './sql-connection.mjs';

/** @type {SqlConnection | undefined} */
let connection;

/** @param {{ id: number, statements: import('./sql-file.js').SqlStatement[] | null }} request */
function answer({ id, statements }) {
  if (statements === null) {
    connection?.close();
    parentPort?.close();
    return;
  }
  try {
    parentPort?.postMessage({ id, rows: connection?.run(statements) });
  } catch (error) {
    parentPort?.postMessage({ id, error: SqlConnection.describe(error) });
  }
}

try {
  connection = new SqlConnection(workerData.location);
  parentPort?.on('message', answer);
  parentPort?.postMessage({ id: 0, rows: [] });
} catch (error) {
  parentPort?.postMessage({ id: 0, error: SqlConnection.describe(error) });
}
