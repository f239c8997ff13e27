import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrustedFile } from '../../adapters/disk/read-trusted-file.js';
import { replaceFile } from '../../adapters/disk/replace-file.js';
import { withFileLock } from '../../adapters/disk/with-file-lock.js';
import { createApiKey } from './api-key.js';
import { BreakGlassInvalidError } from './break-glass-invalid.error.js';
import {
  longestBreakGlassMs,
  parseBreakGlassKeys,
  renderBreakGlassKeys,
  type BreakGlassKey,
} from './break-glass-key.js';

const maxBytes = 64 * 1_024;
const maxKeys = 100;
const day = 86_400_000;

/** The verifiers of break-glass keys, beside the server's data: neither a database nor a server is needed to change them. */
export class BreakGlassFile {
  readonly path: string;

  constructor(private readonly dataDir: string) {
    this.path = join(dataDir, 'break-glass.json');
  }

  /**
   * Every key there is, expired ones too; none where there is no file.
   * @throws FileNotTrustedError, or an error that tells what is wrong with the content
   */
  async read(): Promise<BreakGlassKey[]> {
    const text = await readTrustedFile(this.path, maxBytes);
    if (text === null) return [];
    try {
      return parseBreakGlassKeys(text);
    } catch (error) {
      throw new BreakGlassInvalidError(`${this.path} cannot be read: ${(error as Error).message}`);
    }
  }

  /**
   * Makes a key; `hand` gets it before it is stored, because it cannot be shown again. Those that have expired leave the
   * file.
   * @throws BreakGlassInvalidError
   */
  async create(name: string, lifetimeMs: number, hand: (key: string) => void): Promise<BreakGlassKey> {
    if (!(lifetimeMs > 0 && lifetimeMs <= longestBreakGlassMs))
      throw new BreakGlassInvalidError(
        `expires-in: a break-glass key works for at most ${longestBreakGlassMs / day}d, and for longer than nothing`,
      );
    if (!/^[^\p{C}]{1,100}$/u.test(name))
      throw new BreakGlassInvalidError('name: 1 to 100 characters, none of them a control character');
    const at = Date.now();
    const { key, prefix, sha256 } = createApiKey('lgbg');
    const [createdAt, expiresAt] = [at, at + lifetimeMs].map((ms) => new Date(ms).toISOString());
    const made = { prefix, name, sha256, createdAt: createdAt!, expiresAt: expiresAt! };
    await this.change((keys) => {
      const living = keys.filter((each) => Date.parse(each.expiresAt) > at);
      if (living.length >= maxKeys)
        throw new BreakGlassInvalidError(
          `There are ${maxKeys} break-glass keys, and no more are taken: revoke some`,
        );
      hand(key);
      return [...living, made];
    });
    return made;
  }

  /** @throws BreakGlassInvalidError when there is no such key */
  async revoke(prefix: string): Promise<void> {
    await this.change((keys) => {
      const left = keys.filter((each) => each.prefix !== prefix);
      if (left.length === keys.length)
        throw new BreakGlassInvalidError(`There is no break-glass key ${prefix} in ${this.path}`);
      return left;
    });
  }

  /** One command at a time, so that none undoes another's work. */
  private async change(work: (keys: readonly BreakGlassKey[]) => BreakGlassKey[]): Promise<void> {
    await mkdir(this.dataDir, { recursive: true, mode: 0o755 });
    await withFileLock(`${this.path}.lock`, async () => {
      await replaceFile(this.path, renderBreakGlassKeys(work(await this.read())));
    });
  }
}
