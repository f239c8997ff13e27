import { Inject, Injectable } from '@nestjs/common';
import type { Clock, Entry } from '../../../core/index.js';
import { NamespaceRegistry, TiersService, type Namespace } from '../../../platform/cache/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import { LlmCallError, LlmNotConfiguredError } from '../../../platform/llm/index.js';
import { NarrativesService } from '../asking/narratives.service.js';
import { NarrativeRecipes } from '../making/narrative-recipes.service.js';
import { checkProfile } from '../narrative/check-profile.js';
import { hashProfile } from '../narrative/hash-profile.js';
import { isProfileShape } from '../narrative/is-profile-shape.js';
import type { JsonObject } from '../narrative/json.js';
import type { NarrativeValue } from '../narrative/narrative.js';
import { NarrativeProfileInvalidError } from '../narrative/narrative-profile-invalid.error.js';
import { keysOf } from '../narrative/narrative-key.js';
import { normaliseProfile } from '../narrative/normalise-profile.js';
import { narrativesNamespace } from '../narratives.policy.js';
import { causesOf } from './causes-of.js';
import { MadeInVainError } from './made-in-vain.error.js';
import { pause } from './pause.js';
import type { PlacedProfile } from './placed-profile.js';
import type { PrewarmCounts } from './prewarm-counts.js';
import { Prewarmer, type PrewarmerOptions } from './prewarmer.js';

type RunOptions = Pick<PrewarmerOptions<PlacedProfile>, 'concurrency' | 'perSecond' | 'tell' | 'signal'>;

const lookEveryMs = 100;

/** Makes narratives for others: what counts is that Redis holds them, since this process and its memory will be gone. */
@Injectable()
export class NarrativePrewarm {
  /** What was made here, as SHA-256 of profiles: it is created once Redis holds it, however often that is tried. */
  private readonly made = new Set<string>();

  constructor(
    @Inject(NarrativesService) private readonly narratives: NarrativesService,
    @Inject(NarrativeRecipes) private readonly recipes: NarrativeRecipes,
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(TiersService) private readonly tiers: TiersService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Settles when Redis can be read and written: it answers, and it is known what was purged. Or when nobody wants to wait
   * for that any more.
   * @throws Error when it takes longer than `withinMs`
   */
  async whenReady(withinMs: number, signal: AbortSignal): Promise<void> {
    const until = this.clock.now() + withinMs;
    for (;;) {
      const missing = await this.missing();
      if (missing === null) return;
      if (this.clock.now() >= until) throw inVain(missing);
      if (!(await pause(this.clock, lookEveryMs, signal))) return;
    }
  }

  /** Makes what is missing or stale, each profile once, and tells of every one. */
  run(profiles: readonly PlacedProfile[], options: RunOptions): Promise<PrewarmCounts> {
    const { concurrency, perSecond, tell, signal } = options;
    return new Prewarmer<PlacedProfile>({
      concurrency,
      perSecond,
      tell,
      signal,
      clock: this.clock,
      identityOf,
      isPresent: ({ profile }) => this.isPresent(validated(profile)),
      make: ({ profile }) => this.make(validated(profile)),
      isOfAll,
    }).run(profiles);
  }

  /** What Redis cannot be read or written without. */
  private async missing(): Promise<'Redis' | 'The database' | null> {
    if ((await this.tiers.redis?.serverInfo()) == null) return 'Redis';
    return this.namespace.cache.knowsPurges ? null : 'The database';
  }

  private get namespace(): Namespace {
    return this.registry.get(narrativesNamespace);
  }

  private async isPresent(profile: JsonObject): Promise<boolean> {
    if (this.made.has(hashesOf(profile).sha256)) return false;
    return (await this.narratives.isPresent(profile)) && (await this.isShared(await this.entryOf(profile)));
  }

  private async make(profile: JsonObject): Promise<'created' | 'skipped'> {
    const { sha256 } = hashesOf(profile);
    const missing = this.made.has(sha256) ? null : await this.missing();
    if (missing !== null) throw inVain(missing);
    const question = { profile, userId: null, allowFallback: false };
    const held = await this.narratives.ask(question);
    // Of one that is stale, the refresh has begun: who asks for a new one waits for it.
    const { meta } = held.meta.isStale ? await this.narratives.ask({ ...question, bypass: true }) : held;
    if (meta.source === 'origin') this.made.add(sha256);
    if (!(await this.share(await this.entryOf(profile))))
      throw new MadeInVainError('It was made, but Redis did not keep it');
    return this.made.has(sha256) ? 'created' : 'skipped';
  }

  /** Nobody who is answered waits until Redis has taken what was made: this does. */
  private async share(entry: Entry<unknown> | undefined): Promise<boolean> {
    if (entry !== undefined) await this.namespace.mirrors.mirror(entry);
    return this.isShared(entry);
  }

  private async isShared(entry: Entry<unknown> | undefined): Promise<boolean> {
    return entry !== undefined && (await this.namespace.mirrors.findShared(entry.key)) !== null;
  }

  /** As this process holds it. */
  private async entryOf(profile: JsonObject): Promise<Entry<unknown> | undefined> {
    const hashes = hashesOf(profile);
    return keysOf(await this.recipes.current(), hashes)
      .map((key) => this.namespace.cache.entry(key))
      .find((entry) => (entry?.value as NarrativeValue | undefined)?.profile_hash === hashes.sha256);
  }
}

const inVain = (missing: string) =>
  new MadeInVainError(`${missing} does not answer: nothing was made, since nobody would find it`);
/** Redis keeps nothing, or the models know no such key. */
const isOfAll = (error: unknown): boolean =>
  causesOf(error).some(
    (each) =>
      each instanceof MadeInVainError ||
      each instanceof LlmNotConfiguredError ||
      (each instanceof LlmCallError && each.failure === 'unauthorized'),
  );
const hashesOf = (profile: JsonObject) => hashProfile(normaliseProfile(profile));
const identityOf = ({ profile, place }: PlacedProfile): string =>
  isProfileShape(profile) ? hashesOf(profile).sha256 : place;

/** @throws NarrativeProfileInvalidError: it is told without a model, and without waiting for a turn */
function validated(profile: unknown): JsonObject {
  if (!isProfileShape(profile))
    throw new NarrativeProfileInvalidError([{ path: '', message: 'it is nested too deeply' }]);
  const faults = checkProfile(profile);
  if (faults.length > 0) throw new NarrativeProfileInvalidError(faults);
  return profile;
}
