import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { FileNotTrustedError } from './file-not-trusted.error.js';

const byOthers = 0o007;
const writableByGroup = 0o020;

/**
 * The text of a file that nobody but us and root can have written; `null` where there is none. Its group may read it,
 * because a Secret that is mounted for a user other than root is given to its group.
 * @throws FileNotTrustedError, or the file system's error
 */
export async function readTrustedFile(file: string, maxBytes: number): Promise<string | null> {
  let opened: fs.FileHandle;
  try {
    // Without waiting for whoever would write into a pipe of that name.
    opened = await fs.open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw code === 'ELOOP' ? new FileNotTrustedError(file, 'is a link') : error;
  }
  try {
    const stats = await opened.stat();
    const { mode, uid, size } = stats;
    if (!stats.isFile()) throw new FileNotTrustedError(file, 'is no plain file');
    if (size > maxBytes) throw new FileNotTrustedError(file, `has more than ${maxBytes} bytes`);
    const own = process.getuid?.();
    if (own !== undefined) {
      if (uid !== own && uid !== 0)
        throw new FileNotTrustedError(file, `belongs to user ${uid}, and not to user ${own} or root`);
      if ((mode & (byOthers | writableByGroup)) !== 0)
        throw new FileNotTrustedError(
          file,
          `has the mode ${(mode & 0o777).toString(8)}: others may read it, or write it; 600 is right`,
        );
    }
    return await opened.readFile('utf8');
  } finally {
    await opened.close();
  }
}
