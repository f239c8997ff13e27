import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

export const passwordFile = (dataDir: string): string => path.join(dataDir, 'postgres-password');

export async function readPassword(dataDir: string): Promise<string | undefined> {
  const text = await fs.readFile(passwordFile(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.trim() || undefined;
}

/** A link appears with its content and only once, so that of two processes both end up with the same password. */
export async function createPassword(dataDir: string): Promise<string> {
  const temporary = `${passwordFile(dataDir)}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await fs.writeFile(temporary, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
    await fs.link(temporary, passwordFile(dataDir)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await fs.rm(temporary, { force: true });
  }
  const password = await readPassword(dataDir);
  if (!password) throw new Error(`${passwordFile(dataDir)} is empty`);
  return password;
}
