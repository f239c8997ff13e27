import type { Snapshot } from '../snapshot/snapshot.js';
import { keepCourse } from './keep-course.js';
import { contentHash, pinnedContent } from './pinned-content.js';

/** A snapshot, or what is pinned of it for one course, as it is stored. */
export interface PinnedForm {
  readonly hash: string;
  /** Worked out when it is needed: what is stored once is not needed again. */
  readonly content: () => string;
}

/** Callers choose courses: what they choose must not fill the memory. */
const maxHashes = 10_000;

/** The stored form of each snapshot that is served: one hash for every course without rows of its own. */
export class PinnedForms {
  private readonly hashes = new WeakMap<Snapshot, Map<string, string>>();

  of(snapshot: Snapshot, courseId: string | null): PinnedForm {
    let text: string | null = null;
    const kept = () => (courseId === null ? snapshot : keepCourse(snapshot, courseId));
    const content = () => (text ??= pinnedContent(kept()));
    const hashes = this.hashes.get(snapshot) ?? new Map<string, string>();
    this.hashes.set(snapshot, hashes);
    const part = partOf(snapshot, courseId);
    let hash = hashes.get(part);
    if (hash === undefined) {
      if (hashes.size >= maxHashes) hashes.clear();
      hashes.set(part, (hash = contentHash(content())));
    }
    return { hash, content };
  }
}

function partOf({ courses }: Snapshot, courseId: string | null): string {
  if (courseId === null) return 'all';
  return courses.has(courseId) ? `course:${courseId}` : 'no course';
}
