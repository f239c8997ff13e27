import { Inject, Injectable } from '@nestjs/common';
import {
  parsePoint,
  TooStaleError,
  UnavailableError,
  type ReadResult,
  type Reader,
  type Report,
} from '../../core/index.js';
import { REPORT } from '../../platform/observability/index.js';
import { ConfigInvalidError } from './validation/config-invalid.error.js';
import { ConfigNotFoundError } from './reading/config-not-found.error.js';
import { ConfigQueryError } from './reading/config-query.error.js';
import { ConfigTooStaleError } from './reading/config-too-stale.error.js';
import { ConfigUnavailableError } from './reading/config-unavailable.error.js';
import { describePhase } from './reading/describe-query.js';
import { JudgePanel } from './reading/judge-panel.js';
import { languageChain } from './rows/language-chain.js';
import { MODEL_CONFIG_READER, modelConfigNamespace, snapshotKey } from './model-config.policy.js';
import { PhaseModel } from './reading/phase-model.js';
import type { PhaseQuery } from './reading/phase-query.js';
import { findReserve, PhaseResolver, tierFor, type ResolvedPhase } from './reading/phase-resolver.js';
import { metaOf, type ReadMeta } from './reading/read-meta.js';
import type { Candidate } from './reading/resolve-phase.js';
import type { Panel, Snapshot } from './snapshot/snapshot.js';

const noQuery: PhaseQuery = Object.freeze({});

/** Why a phase resolves as it does. */
export interface Explanation {
  readonly chosen: PhaseModel;
  readonly wantedTier: string;
  /** Tokens; `null` where no standard row or no reserve applies. */
  readonly dynamicThreshold: number | null;
  readonly tried: readonly Candidate[];
}

/**
 * Which model each step of a pipeline uses. Every answer is read from memory, belongs to one snapshot and says how
 * far it may be trusted.
 * @throws ConfigNotFoundError the configuration does not hold it
 * @throws ConfigQueryError the question cannot be asked
 * @throws ConfigUnavailableError nothing was ever read and the database gives nothing
 * @throws ConfigTooStaleError the last good configuration is past the budget that was set
 */
@Injectable()
export class ModelConfigService {
  private resolver: PhaseResolver | null = null;

  constructor(
    @Inject(MODEL_CONFIG_READER) private readonly reader: Reader<Snapshot>,
    @Inject(REPORT) private readonly report: Report,
  ) {}

  // No `await` in here: a warm read costs a tenth less without one, though it is never reached.
  async getModelForPhase(phase: string, query: PhaseQuery = noQuery): Promise<PhaseModel> {
    const read = this.reader.peek(snapshotKey);
    if (read === null) return this.loadModelForPhase(phase, query);
    return new PhaseModel(this.resolve(read, phase, query), read);
  }

  /** The model of the phase `stage_<number>`. */
  getModelForStage(stageNumber: number, query: PhaseQuery = noQuery): Promise<PhaseModel> {
    return this.getModelForPhase(`stage_${stageNumber}`, query);
  }

  async getJudgeModels(language: string): Promise<JudgePanel> {
    const subject = `judge models for language "${language}"`;
    const read = this.reader.peek(snapshotKey) ?? (await this.load(subject));
    try {
      const panel = findPanel(read.data, language);
      if (read.isStale) this.reportStale(subject, panel.primary.modelId, read);
      return new JudgePanel(panel, read);
    } catch (error) {
      throw this.reportFailure(subject, error);
    }
  }

  /** The weight, in (0, 1], of a model in the panel of a language. */
  async getModelWeight(modelId: string, language: string): Promise<{ weight: number; meta: ReadMeta }> {
    const panel = await this.getJudgeModels(language);
    const judge = panel.judges.find((each) => each.modelId === modelId);
    if (!judge)
      throw this.reportFailure(`weight of ${modelId}`, ConfigNotFoundError.judge(modelId, language));
    return { weight: judge.weight, meta: panel.meta };
  }

  /** The share of a context window, 0..1, kept free for a language. */
  async getContextReserve(language: string): Promise<{ reservePercent: number; meta: ReadMeta }> {
    const subject = `context reserve for language "${language}"`;
    const read = this.reader.peek(snapshotKey) ?? (await this.load(subject));
    try {
      const reserve = findReserve(read.data, languageChain(language));
      if (!reserve) throw ConfigNotFoundError.reserve(language);
      if (read.isStale) this.reportStale(subject, null, read);
      return { reservePercent: reserve.reservePercent, meta: metaOf(read) };
    } catch (error) {
      throw this.reportFailure(subject, error);
    }
  }

  /** The answer of `getModelForPhase` with every place that was looked at. */
  async explain(phase: string, query: PhaseQuery = noQuery): Promise<Explanation> {
    const chosen = await this.getModelForPhase(phase, query);
    const choice = this.resolverOf(chosen.madeFrom).choice(phase, query);
    return {
      chosen,
      wantedTier: tierFor(choice, phase, query),
      dynamicThreshold: choice.dynamicThreshold,
      tried: chosen.meta.resolution,
    };
  }

  /**
   * Makes sure that this process has the configuration at `minVersion` (`epoch:version`, as a publication tells it),
   * so that every later answer is of that version or a newer one.
   * @throws ConfigQueryError when it is no version
   * @throws VersionNotReachedError when it is not held and cannot be loaded now
   */
  async reach(minVersion: string): Promise<void> {
    const point = parsePoint(minVersion);
    if (point === null)
      throw new ConfigQueryError('minVersion', `must be "epoch:version", got "${minVersion}"`);
    await this.reader.getAtLeast(snapshotKey, point);
  }

  /** The whole snapshot, with its label. */
  async list(): Promise<ReadResult<Snapshot>> {
    return this.reader.peek(snapshotKey) ?? this.load('model configuration');
  }

  private async loadModelForPhase(phase: string, query: PhaseQuery): Promise<PhaseModel> {
    const read = await this.load(`model for ${describePhase(phase, query)}`);
    return new PhaseModel(this.resolve(read, phase, query), read);
  }

  private resolve(read: ReadResult<Snapshot>, phase: string, query: PhaseQuery): ResolvedPhase {
    try {
      const resolved = this.resolverOf(read.data).resolve(phase, query);
      if (read.isStale) this.reportStale(describePhase(phase, query), resolved.row.modelId, read);
      return resolved;
    } catch (error) {
      throw this.reportFailure(describePhase(phase, query), error);
    }
  }

  private resolverOf(snapshot: Snapshot): PhaseResolver {
    if (this.resolver?.snapshot !== snapshot) this.resolver = new PhaseResolver(snapshot);
    return this.resolver;
  }

  private async load(subject: string): Promise<ReadResult<Snapshot>> {
    try {
      return await this.reader.get(snapshotKey);
    } catch (error) {
      throw this.reportFailure(subject, this.named(subject, error));
    }
  }

  private named(subject: string, error: unknown): unknown {
    const { cause } = error as { cause?: unknown };
    if (cause instanceof ConfigInvalidError) return cause;
    if (error instanceof TooStaleError) {
      return new ConfigTooStaleError(subject, error.retryAfterMs, error.ageMs, error.cause);
    }
    if (error instanceof UnavailableError) {
      return new ConfigUnavailableError(subject, error.retryAfterMs, error.cause);
    }
    return error;
  }

  private reportStale(subject: string, modelId: string | null, { reason, age }: ReadResult<Snapshot>): void {
    this.report({
      type: 'stale-answer',
      namespace: modelConfigNamespace,
      subject,
      modelId,
      reason,
      ageMs: age,
    });
  }

  private reportFailure(subject: string, error: unknown): unknown {
    this.report({ type: 'lookup-failed', namespace: modelConfigNamespace, subject, error });
    return error;
  }
}

function findPanel(snapshot: Snapshot, language: string): Panel {
  for (const tag of languageChain(language)) {
    const panel = snapshot.panels.get(tag);
    if (panel) return panel;
  }
  throw ConfigNotFoundError.judges(language);
}
