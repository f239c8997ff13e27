import { anyLanguage } from '../../../platform/language/index.js';
import { ConfigNotFoundError } from './config-not-found.error.js';
import { ConfigQueryError } from './config-query.error.js';
import { languageChain } from '../rows/language-chain.js';
import type { ContextTier } from '../rows/phase-config.entity.js';
import type { PhaseQuery } from './phase-query.js';
import { resolvePhase, type Candidate, type Resolution } from './resolve-phase.js';
import type { PhaseRow, ReserveRow, Snapshot } from '../snapshot/snapshot.js';

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
  /** Up to this prompt size the standard tier is wanted, whatever else holds; NaN where that takes more than a number. */
  readonly standardUpTo: number;
}

/** What is known of one phase: for any language and course, by language, and by course and language. */
class PhaseChoices {
  plain: PhaseChoice | null = null;
  readonly byLanguage = new Map<string, PhaseChoice>();
  readonly byCourse = new Map<string, Map<string, PhaseChoice>>();
}

/** Callers choose languages and phases: what they choose must not fill the memory. Counted in places looked at. */
const maxMemoised = 500_000;

/** Resolution over one snapshot, memoised by plain keys, the usual question by one: a warm read builds no key. */
export class PhaseResolver {
  private readonly memo = new Map<string, PhaseChoices>();
  private memoised = 0;

  constructor(readonly snapshot: Snapshot) {}

  /** @throws ConfigNotFoundError, ConfigQueryError */
  resolve(phase: string, query: PhaseQuery): ResolvedPhase {
    const choice = this.choice(phase, query);
    const { tokenCount } = query;
    const isStandard = tokenCount === undefined || (tokenCount >= 0 && tokenCount <= choice.standardUpTo);
    const resolution = isStandard ? choice.standard : choice[tierFor(choice, phase, query)];
    if (resolution.row === null) throw ConfigNotFoundError.phase(phase, query);
    return resolution as ResolvedPhase;
  }

  /** @throws ConfigQueryError */
  choice(phase: string, { language, courseId }: PhaseQuery): PhaseChoice {
    const known = this.memo.get(phase);
    if (known !== undefined) {
      // A course without rows of its own is like any other such course.
      const ofCourse = courseId === undefined ? undefined : known.byCourse.get(courseId);
      if (ofCourse !== undefined) {
        const choice = ofCourse.get(language ?? anyLanguage);
        if (choice !== undefined) return choice;
      } else if (courseId === undefined || !this.snapshot.courses.has(courseId)) {
        const choice = language === undefined ? known.plain : known.byLanguage.get(language);
        if (choice != null) return choice;
      }
    }
    return this.work(phase, language, courseId);
  }

  private work(phase: string, language: string | undefined, course: string | undefined): PhaseChoice {
    const courseId = course !== undefined && this.snapshot.courses.has(course) ? course : null;
    const languages = languageChain(language ?? anyLanguage);
    const standard = resolvePhase(this.snapshot, phase, courseId, languages, 'standard');
    const extended = resolvePhase(this.snapshot, phase, courseId, languages, 'extended');
    const reserve = findReserve(this.snapshot, languages);
    const sized = standard.row?.contextTier === 'standard' && reserve !== null;
    const dynamicThreshold = sized
      ? thresholdOf(standard.row.maxContextTokens, reserve.reservePercent)
      : null;
    const sizeMatters = standard.row?.contextTier === 'standard' && extended.row !== standard.row;
    const standardUpTo = sizeMatters ? (dynamicThreshold ?? Number.NaN) : Number.POSITIVE_INFINITY;
    const choice = { standard, extended, reserve, dynamicThreshold, standardUpTo };
    this.remember(phase, language, courseId, choice);
    return choice;
  }

  private remember(
    phase: string,
    language: string | undefined,
    courseId: string | null,
    choice: PhaseChoice,
  ): void {
    if (this.memoised >= maxMemoised) return;
    this.memoised += choice.standard.tried.length + choice.extended.tried.length;
    let choices = this.memo.get(phase);
    if (!choices) this.memo.set(phase, (choices = new PhaseChoices()));
    if (courseId !== null) {
      const ofCourse = choices.byCourse.get(courseId) ?? new Map<string, PhaseChoice>();
      choices.byCourse.set(courseId, ofCourse.set(language ?? anyLanguage, choice));
    } else if (language === undefined) choices.plain = choice;
    else choices.byLanguage.set(language, choice);
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
