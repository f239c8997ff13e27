import type { Snapshot } from '../snapshot/snapshot.js';
import { PhaseResolver } from './phase-resolver.js';

/** Each remembers what was asked of it: of so many pinned snapshots at once that is worth its memory. */
const maxPinned = 16;

/** The resolver of each snapshot that is read: of the current one, and of those that were pinned last. */
export class PhaseResolvers {
  private current: PhaseResolver | null = null;
  private readonly pinned = new Map<Snapshot, PhaseResolver>();

  ofCurrent(snapshot: Snapshot): PhaseResolver {
    if (this.current?.snapshot !== snapshot) this.current = new PhaseResolver(snapshot);
    return this.current;
  }

  ofPinned(snapshot: Snapshot): PhaseResolver {
    const known = this.pinned.get(snapshot);
    if (known !== undefined) return known;
    const resolver = new PhaseResolver(snapshot);
    const [oldest] = this.pinned.keys();
    if (oldest !== undefined && this.pinned.size >= maxPinned) this.pinned.delete(oldest);
    this.pinned.set(snapshot, resolver);
    return resolver;
  }
}
