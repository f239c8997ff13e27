import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/** What `postgres.json` keeps from one start to the next. */
export interface Remembered {
  port?: number;
  /** Only where the database had to be put outside of the data folder. */
  clusterDir?: string;
  /** The data folder at the time, which tells a copied folder from a moved one. */
  dataDir?: string;
}

const fileIn = (dataDir: string): string => path.join(dataDir, 'postgres.json');

/** A file that can't be understood counts as none: everything in it can be found again or chosen anew. */
export async function recall(dataDir: string): Promise<Remembered> {
  try {
    const {
      port,
      clusterDir,
      dataDir: from,
    } = JSON.parse(await fs.readFile(fileIn(dataDir), 'utf8')) as Remembered;
    return {
      port: Number.isInteger(port) ? port : undefined,
      clusterDir: typeof clusterDir === 'string' ? clusterDir : undefined,
      dataDir: typeof from === 'string' ? from : undefined,
    };
  } catch {
    return {};
  }
}

export async function remember(dataDir: string, facts: Remembered): Promise<void> {
  const temporary = `${fileIn(dataDir)}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await fs.writeFile(temporary, `${JSON.stringify(facts)}\n`);
    await fs.rename(temporary, fileIn(dataDir));
  } finally {
    await fs.rm(temporary, { force: true });
  }
}
