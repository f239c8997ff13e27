import { Worker } from 'node:worker_threads';
import type { SqlFile, SqlRow, SqlStatement } from './sql-file.js';
import { SqlFileError } from './sql-file.error.js';

interface Answer {
  readonly id: number;
  readonly rows?: SqlRow[][];
  readonly error?: { readonly code: string; readonly message: string };
}

interface Caller {
  resolve(rows: SqlRow[][]): void;
  reject(error: SqlFileError): void;
}

const opened = 0;

/** A connection in a thread of its own: neither a long statement nor a slow fsync keeps the event loop waiting. */
export class ThreadedSqlFile implements SqlFile {
  private readonly callers = new Map<number, Caller>();
  private readonly thread: Worker;
  private readonly exited: Promise<void>;
  private lastId = opened;
  private isClosing = false;
  private end: SqlFileError | null = null;

  private constructor(location: string) {
    this.thread = new Worker(new URL('./sql-thread.mjs', import.meta.url), { workerData: { location } });
    this.thread.on('message', (answer: Answer) => this.settle(answer));
    this.thread.on('error', (error) => this.fail(error.message));
    this.exited = new Promise((resolve) => {
      this.thread.on('exit', () => {
        this.fail('the thread has ended');
        resolve();
      });
    });
  }

  static async open(location: string): Promise<SqlFile> {
    const file = new ThreadedSqlFile(location);
    await file.wait(opened);
    return file;
  }

  run(statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    if (this.end !== null) return Promise.reject(this.end);
    if (this.isClosing) return Promise.reject(new SqlFileError('the connection is closed', 'THREAD'));
    const id = ++this.lastId;
    const answer = this.wait(id);
    this.thread.postMessage({ id, statements });
    return answer;
  }

  async close(): Promise<void> {
    if (!this.isClosing) {
      this.isClosing = true;
      this.thread.ref();
      this.thread.postMessage({ id: ++this.lastId, statements: null });
    }
    // The library lets go of the file when it has let go of the last statement, at the thread's end.
    await this.exited;
  }

  /** The process lives on for whoever waits, and not for a connection that nobody uses. */
  private wait(id: number): Promise<SqlRow[][]> {
    this.thread.ref();
    return new Promise((resolve, reject) => this.callers.set(id, { resolve, reject }));
  }

  private settle({ id, rows, error }: Answer): void {
    const caller = this.callers.get(id);
    this.callers.delete(id);
    if (this.callers.size === 0 && !this.isClosing) this.thread.unref();
    if (error) caller?.reject(new SqlFileError(error.message, error.code));
    else caller?.resolve(rows ?? []);
  }

  private fail(message: string): void {
    this.end ??= new SqlFileError(message, 'THREAD');
    for (const caller of this.callers.values()) caller.reject(this.end);
    this.callers.clear();
  }
}
