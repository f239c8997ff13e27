import { z } from 'zod';
import { KeptText } from './kept-text.js';

/** Who froze a namespace, why, and since when (ISO 8601). */
const frozenSchema = z.object({ reason: z.string(), by: z.string(), since: z.iso.datetime() });
export type Frozen = Readonly<z.infer<typeof frozenSchema>>;

const fileSchema = z.object({ formatVersion: z.literal(1), namespaces: z.record(z.string(), frozenSchema) });

/** Why the file could not be used, and where it is now; `null`: it is where it was. */
export interface FrozenFileFault {
  readonly error: unknown;
  readonly aside: string | null;
}

/** Which namespaces are frozen, for the next start of this process. */
export class FrozenFile {
  private readonly text: KeptText;

  constructor(dataDir: string) {
    this.text = new KeptText(dataDir, 'frozen.json');
  }

  get file(): string {
    return this.text.file;
  }

  /** By namespace. What cannot be read means that nothing is frozen: `tell` hears of it. */
  async read(now: number, tell: (fault: FrozenFileFault) => void): Promise<Map<string, Frozen>> {
    let text: string | null = null;
    try {
      text = await this.text.read();
      if (text === null) return new Map();
      return new Map(Object.entries(fileSchema.parse(JSON.parse(text)).namespaces));
    } catch (error) {
      // Only what was read, and says nothing, is in the way of the next one.
      tell({ error, aside: text === null ? null : await this.text.setAside(now) });
      return new Map();
    }
  }

  /** @throws FreezeNotKeptError; then the file is as it was */
  write(frozen: ReadonlyMap<string, Frozen>): Promise<void> {
    const content = { formatVersion: 1, namespaces: Object.fromEntries(frozen) };
    return this.text.write(`${JSON.stringify(content, null, 2)}\n`);
  }
}
