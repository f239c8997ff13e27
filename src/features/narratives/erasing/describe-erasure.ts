import { purgedAtOnce } from './purged-at-once.js';

interface Counts {
  readonly requests: number;
  /** Narratives. */
  readonly purged: number;
  readonly kept: number;
}

const counted = (count: number, one: string): string =>
  count === 1 ? `1 ${one} was` : `${count} ${one}s were`;

/** What was removed, what was not, and why, in a sentence. */
export function describeErasure({ requests, purged, kept }: Counts): string {
  if (requests === 0) return 'Nothing was kept of this person: there was nothing to remove.';
  const parts = [`${counted(requests, 'request')} removed`];
  const late = purged > purgedAtOnce ? ', the last of them soon after' : '';
  if (purged > 0)
    parts.push(
      `${counted(purged, 'narrative')} purged everywhere, because nobody else asked for the same profile${late}`,
    );
  if (kept > 0)
    parts.push(
      `${counted(kept, 'narrative')} kept, because others asked for the same profile: it is kept by the profile, and tells of no person`,
    );
  return `${parts.join('; ')}.`;
}
