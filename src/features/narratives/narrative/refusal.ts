import type { ProfileFault } from './check-profile.js';
import type { ProfileHashes } from './hash-profile.js';

/** What is remembered of a profile that was refused: JSON, since caches keep a text. */
interface Refusal {
  /** SHA-256 of the profile. */
  readonly profile: string;
  readonly faults: readonly ProfileFault[];
}

export function renderRefusal({ sha256 }: ProfileHashes, faults: readonly ProfileFault[]): string {
  return JSON.stringify({ profile: sha256, faults } satisfies Refusal);
}

/** What `renderRefusal` wrote of this very profile; `null` where it was of another one. */
export function parseRefusal(message: string, { sha256 }: ProfileHashes): readonly ProfileFault[] | null {
  const { profile, faults } = JSON.parse(message) as Refusal;
  return profile === sha256 ? faults : null;
}
