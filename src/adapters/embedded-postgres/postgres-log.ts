import { closeSync, constants, fstatSync, openSync, renameSync, statSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';

const ROTATE_AT_BYTES = 10 * 1024 * 1024;
const LAST_LINES = 20;

export interface PostgresLog {
  file: string;
  descriptor: number;
  /** Where what is written from now on begins. */
  offset: number;
  close(): void;
}

/** A file, not a pipe: a postmaster must be able to write when the process that started it is dead. */
export function openPostgresLog(clusterDir: string): PostgresLog {
  const file = path.join(path.dirname(clusterDir), 'postgres.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_AT_BYTES)
    renameSync(file, `${file}.old`);
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  const descriptor = openSync(file, O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600);
  return { file, descriptor, offset: fstatSync(descriptor).size, close: () => closeSync(descriptor) };
}

export async function readLastLines({ file, offset }: PostgresLog): Promise<string> {
  const text = (await fs.readFile(file)).subarray(offset).toString();
  return text.trim().split('\n').slice(-LAST_LINES).join('\n');
}
