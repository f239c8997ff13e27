import { createHash } from 'node:crypto';

/** A person as erasures name them, whose log outlives them: hex. */
export const personHash = (userId: string): string => createHash('sha256').update(userId).digest('hex');

/** What is purged of a person, so that every process drops what it has under way for them. */
export const personScope = (userId: string): string => `narrative-user:${personHash(userId)}`;

/** The way back to the hash; `null` for any other scope. */
export const personHashOf = (scope: string): string | null =>
  /^narrative-user:([0-9a-f]{64})$/.exec(scope)?.[1] ?? null;
