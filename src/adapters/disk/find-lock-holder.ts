import path from 'node:path';
import { findHolder } from './take-lock-file.js';

/** The process that owns a data folder; `null` if none does. */
export async function findLockHolder(dataDir: string): Promise<number | null> {
  return (await findHolder(path.join(path.resolve(dataDir), 'lock')))?.pid ?? null;
}
