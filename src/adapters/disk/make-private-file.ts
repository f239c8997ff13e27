import fs from 'node:fs/promises';
import path from 'node:path';

/** Makes an empty file, and its folder, where they are missing, for their owner only; SQLite's own would be for all. */
export async function makePrivateFile(file: string): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const opened = await fs.open(file, 'a', 0o600);
  try {
    await opened.chmod(0o600);
  } finally {
    await opened.close();
  }
}
