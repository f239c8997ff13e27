import { Inject, Injectable } from '@nestjs/common';
import { ConfigNotFoundError, ModelConfigService, type PhaseModel } from '../../model-config/index.js';
import type { ModelRank } from '../lesson/call-record.js';
import type { Json } from '../lesson/steps.js';
import type { Candidate } from './candidate.js';
import { estimateTokens } from './estimate-tokens.js';
import { ModelChain, type ChainAnswer, type Question } from './model-chain.js';

/** The phase whose model is asked when neither model of any other one answers. */
const emergencyPhase = 'emergency';

/** For which lesson a phase is asked. */
export interface PhaseScope {
  readonly language: string;
  readonly courseId?: string | undefined;
  /** What its configuration was pinned for. */
  readonly jobId: string;
}

/**
 * Asks the models of a phase, as the pinned configuration names them: the primary, its fallback, then that of the
 * phase `emergency`, where there is one. There is no other: what the configuration does not say is an error.
 */
@Injectable()
export class PhaseCaller {
  constructor(
    @Inject(ModelConfigService) private readonly config: ModelConfigService,
    @Inject(ModelChain) private readonly chain: ModelChain,
  ) {}

  /** @throws errors of the configuration as they are, and what `ModelChain` throws */
  async ask<T extends Json>(
    phase: string,
    scope: PhaseScope,
    question: Question<T>,
  ): Promise<ChainAnswer<T>> {
    const query = { ...scopeOf(scope), tokenCount: estimateTokens(question.messages) };
    const model = await this.config.getModelForPhase(phase, query);
    const context = { phase, snapshot: model.madeFrom, configVersion: model.meta.version };
    return this.chain.ask(context, this.candidates(model, query), question);
  }

  /** @throws ConfigNotFoundError and other errors of the configuration, before anything was paid for */
  async check(phase: string, scope: PhaseScope): Promise<void> {
    await this.config.getModelForPhase(phase, scopeOf(scope));
  }

  private async *candidates(
    model: PhaseModel,
    query: Parameters<ModelConfigService['getModelForPhase']>[1],
  ): AsyncGenerator<Candidate> {
    yield candidateOf('primary', model, model.modelId);
    if (model.fallbackModelId !== null) yield candidateOf('fallback', model, model.fallbackModelId);
    const emergency = await this.emergency(query);
    if (emergency !== null) yield candidateOf('emergency', emergency, emergency.modelId);
  }

  /** `null`: the configuration has none, and the error that counts is that of the models that were asked. */
  private async emergency(
    query: Parameters<ModelConfigService['getModelForPhase']>[1],
  ): Promise<PhaseModel | null> {
    try {
      return await this.config.getModelForPhase(emergencyPhase, query);
    } catch (error) {
      if (error instanceof ConfigNotFoundError) return null;
      throw error;
    }
  }
}

const scopeOf = ({ language, courseId, jobId }: PhaseScope) => ({
  language,
  jobId,
  ...(courseId !== undefined && { courseId }),
});

const candidateOf = (rank: ModelRank, model: PhaseModel, modelId: string): Candidate => ({
  rank,
  modelId,
  temperature: model.temperature,
  maxTokens: model.maxTokens,
  timeoutMs: model.timeoutMs,
  maxRetries: model.maxRetries,
});
