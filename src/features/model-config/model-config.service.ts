import { Inject, Injectable } from '@nestjs/common';
import { parsePoint, type ReadResult, type Reader, type Report } from '../../core/index.js';
import { REPORT } from '../../platform/observability/index.js';
import { toPinnedJob, type PinnedJob } from './pinning/job-pin.js';
import { JobPinner, type PinOptions } from './pinning/job-pinner.js';
import { PinnedReads } from './pinning/pinned-reads.js';
import { ConfigNotFoundError } from './reading/config-not-found.error.js';
import { ConfigQueryError } from './reading/config-query.error.js';
import { describePhase, ofJob } from './reading/describe-query.js';
import type { Explanation } from './reading/explanation.js';
import { findPanel } from './reading/find-panel.js';
import { JudgePanel } from './reading/judge-panel.js';
import { languageChain } from './rows/language-chain.js';
import { MODEL_CONFIG_READER, modelConfigNamespace, snapshotKey } from './model-config.policy.js';
import { nameReadError } from './reading/name-read-error.js';
import { PhaseModel } from './reading/phase-model.js';
import type { JobQuery, PhaseQuery } from './reading/phase-query.js';
import { findReserve, tierFor, type PhaseResolver, type ResolvedPhase } from './reading/phase-resolver.js';
import { PhaseResolvers } from './reading/phase-resolvers.js';
import { metaOf, type ReadMeta } from './reading/read-meta.js';
import type { Snapshot } from './snapshot/snapshot.js';

const noQuery: PhaseQuery = Object.freeze({});

/**
 * Which model each step of a pipeline uses. Every answer is read from memory, belongs to one snapshot and says how
 * far it may be trusted. With a `jobId` it is the snapshot that the job was pinned to, and never stale (MC-22).
 * @throws ConfigNotFoundError the configuration does not hold it
 * @throws ConfigQueryError the question cannot be asked
 * @throws ConfigUnavailableError nothing was ever read and the database gives nothing
 * @throws ConfigTooStaleError the last good configuration is past the budget that was set
 */
@Injectable()
export class ModelConfigService {
  private readonly resolvers = new PhaseResolvers();

  constructor(
    @Inject(MODEL_CONFIG_READER) private readonly reader: Reader<Snapshot>,
    @Inject(REPORT) private readonly report: Report,
    @Inject(PinnedReads) private readonly pinned: PinnedReads,
    @Inject(JobPinner) private readonly pinner: JobPinner,
  ) {}

  // No `await` in here: a warm read costs a tenth less without one, though it is never reached.
  async getModelForPhase(phase: string, query: PhaseQuery = noQuery): Promise<PhaseModel> {
    const read = query.jobId === undefined ? this.reader.peek(snapshotKey) : null;
    if (read === null) return this.loadModelForPhase(phase, query);
    return new PhaseModel(this.resolve(read, phase, query), read);
  }

  /** The model of the phase `stage_<number>`. */
  getModelForStage(stageNumber: number, query: PhaseQuery = noQuery): Promise<PhaseModel> {
    return this.getModelForPhase(`stage_${stageNumber}`, query);
  }

  async getJudgeModels(language: string, query: JobQuery = noQuery): Promise<JudgePanel> {
    const subject = `judge models for language "${language}"${ofJob(query)}`;
    const read = this.held(query) ?? (await this.load(subject, query));
    try {
      const panel = findPanel(read.data, language);
      if (read.isStale) this.reportStale(subject, panel.primary.modelId, read);
      return new JudgePanel(panel, read);
    } catch (error) {
      throw this.reportFailure(subject, error);
    }
  }

  /** The weight, in (0, 1], of a model in the panel of a language. */
  async getModelWeight(
    modelId: string,
    language: string,
    query: JobQuery = noQuery,
  ): Promise<{ weight: number; meta: ReadMeta }> {
    const panel = await this.getJudgeModels(language, query);
    const judge = panel.judges.find((each) => each.modelId === modelId);
    if (!judge)
      throw this.reportFailure(`weight of ${modelId}`, ConfigNotFoundError.judge(modelId, language));
    return { weight: judge.weight, meta: panel.meta };
  }

  /** The share of a context window, 0..1, kept free for a language. */
  async getContextReserve(
    language: string,
    query: JobQuery = noQuery,
  ): Promise<{ reservePercent: number; meta: ReadMeta }> {
    const subject = `context reserve for language "${language}"${ofJob(query)}`;
    const read = this.held(query) ?? (await this.load(subject, query));
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
    const choice = this.resolverOf(chosen.madeFrom, query).choice(phase, query);
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
  async list(query: JobQuery = noQuery): Promise<ReadResult<Snapshot>> {
    return this.held(query) ?? this.load(`model configuration${ofJob(query)}`, query);
  }

  /**
   * Keeps what this process serves now, stale or not, for a job (1 to 200 visible characters): every later read with
   * its id, in any process, is answered from it. The first pin stands, and is what later ones answer.
   * @throws PinConflictError it is pinned for another course
   * @throws DatabaseUnavailableError, CommitInDoubtError: pinning again tells
   */
  async pin(jobId: string, options: PinOptions = {}): Promise<PinnedJob> {
    return (await this.pinner.pin(jobId, await this.list(), options)).job;
  }

  /** Which snapshot a job is pinned to. */
  async pinOf(jobId: string): Promise<PinnedJob> {
    const pin = await this.named(`the pin of job "${jobId}"`, this.pinned.pin(jobId));
    return toPinnedJob(pin.data);
  }

  /**
   * The job is done: its pin answers for `MODEL_CONFIG_PIN_RETENTION_DAYS` more. Pinning it again takes it back.
   * @throws DatabaseUnavailableError, CommitInDoubtError
   */
  release(jobId: string): Promise<void> {
    return this.pinner.release(jobId);
  }

  private async loadModelForPhase(phase: string, query: PhaseQuery): Promise<PhaseModel> {
    const read = await this.load(`model for ${describePhase(phase, query)}`, query);
    return new PhaseModel(this.resolve(read, phase, query), read);
  }

  private resolve(read: ReadResult<Snapshot>, phase: string, query: PhaseQuery): ResolvedPhase {
    try {
      const resolved = this.resolverOf(read.data, query).resolve(phase, query);
      if (read.isStale) this.reportStale(describePhase(phase, query), resolved.row.modelId, read);
      return resolved;
    } catch (error) {
      throw this.reportFailure(describePhase(phase, query), error);
    }
  }

  private resolverOf(snapshot: Snapshot, { jobId }: JobQuery): PhaseResolver {
    return jobId === undefined ? this.resolvers.ofCurrent(snapshot) : this.resolvers.ofPinned(snapshot);
  }

  private held({ jobId }: JobQuery): ReadResult<Snapshot> | null {
    return jobId === undefined ? this.reader.peek(snapshotKey) : null;
  }

  private load(subject: string, { jobId, courseId }: PhaseQuery): Promise<ReadResult<Snapshot>> {
    if (jobId === undefined) return this.named(subject, this.reader.get(snapshotKey));
    return this.named(subject, this.pinned.snapshot(jobId, courseId));
  }

  private async named<R>(subject: string, answer: Promise<R>): Promise<R> {
    try {
      return await answer;
    } catch (error) {
      throw this.reportFailure(subject, nameReadError(subject, error));
    }
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
