import { ConfigNotFoundError } from './config-not-found.error.js';
import { ConfigQueryError } from './config-query.error.js';
import { anyLanguage, languageChain } from './language-chain.js';
import type { ContextTier } from './phase-config.entity.js';
import type { PhaseQuery } from './phase-query.js';
import { resolvePhase, type Candidate, type Resolution } from './resolve-phase.js';
import type { PhaseRow, ReserveRow, Snapshot } from './snapshot.js';

export interface ResolvedPhase {
  readonly row: PhaseRow;
  readonly tried: readonly Candidate[];
  /** What of an answer is the same in each, as JSON; written when it is first asked for. */
  text?: { readonly row: string; readonly resolution: string };
}

/** What is known of one (phase, course, language); worked out once for a snapshot. */
export interface PhaseChoice {
  readonly standard: Resolution;
  readonly extended: Resolution;
  readonly reserve: ReserveRow | null;
  /** The prompt size above which the extended tier is wanted; `null` without a standard row or a reserve. */
  readonly dynamicThreshold: number | null;
}

/** Callers choose languages and phases: what they choose must not fill the memory. Counted in places looked at. */
const maxMemoised = 500_000;

/** Resolution over one snapshot, memoised in maps of plain keys, so that a warm read builds no key. */
export class PhaseResolver {
  private readonly memo = new Map<string | null, Map<string, Map<string, PhaseChoice>>>();
  private memoised = 0;

  constructor(readonly snapshot: Snapshot) {}

  /** @throws ConfigNotFoundError, ConfigQueryError */
  resolve(phase: string, query: PhaseQuery): ResolvedPhase {
    const choice = this.choice(phase, query);
    const { tokenCount } = query;
    const resolution = tokenCount === undefined ? choice.standard : choice[tierFor(choice, phase, query)];
    if (resolution.row === null) throw ConfigNotFoundError.phase(phase, query);
    return resolution as ResolvedPhase;
  }

  /** @throws ConfigQueryError */
  choice(phase: string, query: PhaseQuery): PhaseChoice {
    const { language = anyLanguage, courseId } = query;
    // A course without rows of its own is like any other such course.
    const known = courseId !== undefined && this.snapshot.courses.has(courseId) ? courseId : null;
    return this.memo.get(known)?.get(language)?.get(phase) ?? this.work(phase, language, known);
  }

  private work(phase: string, language: string, courseId: string | null): PhaseChoice {
    const languages = languageChain(language);
    const standard = resolvePhase(this.snapshot, phase, courseId, languages, 'standard');
    const extended = resolvePhase(this.snapshot, phase, courseId, languages, 'extended');
    const reserve = findReserve(this.snapshot, languages);
    const sized = standard.row?.contextTier === 'standard' && reserve !== null;
    const dynamicThreshold = sized
      ? thresholdOf(standard.row.maxContextTokens, reserve.reservePercent)
      : null;
    const choice = { standard, extended, reserve, dynamicThreshold };
    this.remember(phase, language, courseId, choice);
    return choice;
  }

  private remember(phase: string, language: string, courseId: string | null, choice: PhaseChoice): void {
    if (this.memoised >= maxMemoised) return;
    this.memoised += choice.standard.tried.length + choice.extended.tried.length;
    let languages = this.memo.get(courseId);
    if (!languages) this.memo.set(courseId, (languages = new Map()));
    let phases = languages.get(language);
    if (!phases) languages.set(language, (phases = new Map()));
    phases.set(phase, choice);
  }
}

/** In tokens, to six decimals: 700 × (1 − 0.3) is 490, and not a little less. */
function thresholdOf(maxContextTokens: number, reservePercent: number): number {
  return Number((maxContextTokens * (1 - reservePercent)).toFixed(6));
}

/** The reserve of the most specific language that has one. */
export function findReserve(snapshot: Snapshot, languages: readonly string[]): ReserveRow | null {
  for (const language of languages) {
    const reserve = snapshot.reserves.get(language);
    if (reserve) return reserve;
  }
  return null;
}

/** The tier a prompt of this size wants (MC-8). */
export function tierFor(choice: PhaseChoice, phase: string, query: PhaseQuery): ContextTier {
  const { tokenCount, language = anyLanguage } = query;
  if (tokenCount === undefined) return 'standard';
  if (!(tokenCount >= 0))
    throw new ConfigQueryError('tokenCount', `must be a number of at least 0, got ${tokenCount}`);
  if (choice.standard.row === null) throw ConfigNotFoundError.phase(phase, query);
  if (choice.standard.row.contextTier !== 'standard') return 'standard';
  // Without a choice the size decides nothing, and a reserve is not needed.
  if (choice.extended.row === choice.standard.row) return 'standard';
  if (choice.reserve === null) throw ConfigNotFoundError.reserve(language);
  return tokenCount > choice.dynamicThreshold! ? 'extended' : 'standard';
}
