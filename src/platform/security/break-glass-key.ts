import { z } from 'zod';

const instant = z.iso.datetime();

/** What `DATA_DIR/break-glass.json` holds of a key: enough to know it again, not enough to use it. */
const keySchema = z.strictObject({
  prefix: z.string().regex(/^[A-Za-z0-9]{8}$/),
  name: z.string().regex(/^[^\p{C}]{1,100}$/u),
  /** Hex, of the whole key. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: instant,
  expiresAt: instant,
});

const fileSchema = z.strictObject({ keys: z.array(keySchema).max(100) });

export type BreakGlassKey = z.infer<typeof keySchema>;

export const longestBreakGlassMs = 90 * 86_400_000;

/** @throws Error that names the place of a fault, and quotes nothing */
export function parseBreakGlassKeys(text: string): BreakGlassKey[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
  const { success, data, error } = fileSchema.safeParse(json);
  if (success) return data.keys;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new Error(faults.slice(0, 5).join('; '));
}

export const renderBreakGlassKeys = (keys: readonly BreakGlassKey[]): string =>
  `${JSON.stringify({ keys }, null, 2)}\n`;

/** Also of a file that was written by hand: no key works for longer than it may. Milliseconds since the Unix epoch. */
export function endOf({ createdAt, expiresAt }: BreakGlassKey): number {
  return Math.min(Date.parse(expiresAt), Date.parse(createdAt) + longestBreakGlassMs);
}
