import { Inject, Injectable } from '@nestjs/common';
import { ModelConfigService } from '../model-config.service.js';
import { ConfigNotFoundError } from '../reading/config-not-found.error.js';
import type { PhaseModel } from '../reading/phase-model.js';
import type { PhaseQuery } from '../reading/phase-query.js';
import type { ModelRank } from './call-record.js';
import type { Candidate } from './candidate.js';
import { estimateTokens } from './estimate-tokens.js';
import { ModelChain, type ChainAnswer, type Question } from './model-chain.js';

/** The phase whose model is asked when neither model of any other one answers. */
const emergencyPhase = 'emergency';

/**
 * Asks the models of a phase, as the configuration names them: the primary, its fallback, then that of the phase
 * `emergency`, where there is one. There is no other: what the configuration does not say is an error.
 */
@Injectable()
export class PhaseCaller {
  constructor(
    @Inject(ModelConfigService) private readonly config: ModelConfigService,
    @Inject(ModelChain) private readonly chain: ModelChain,
  ) {}

  /**
   * Asks the row of the phase that fits a prompt of this length.
   * @throws errors of the configuration as they are, and what `ModelChain` throws
   */
  async ask<T>(phase: string, scope: PhaseQuery, question: Question<T>): Promise<ChainAnswer<T>> {
    const query = { ...scope, tokenCount: estimateTokens(question.messages) };
    return this.askRow(phase, await this.config.getModelForPhase(phase, query), query, question);
  }

  /**
   * Asks by a row that was read already.
   * @param query what it was read with
   * @throws as `ask`
   */
  askRow<T>(
    phase: string,
    row: PhaseModel,
    query: PhaseQuery,
    question: Question<T>,
  ): Promise<ChainAnswer<T>> {
    const context = { phase, snapshot: row.madeFrom, configVersion: row.meta.version };
    return this.chain.ask(context, this.candidates(row, query), question);
  }

  /** @throws ConfigNotFoundError and other errors of the configuration, before anything was paid for */
  async check(phase: string, scope: PhaseQuery): Promise<void> {
    await this.config.getModelForPhase(phase, scope);
  }

  private async *candidates(model: PhaseModel, query: PhaseQuery): AsyncGenerator<Candidate> {
    yield candidateOf('primary', model, model.modelId);
    if (model.fallbackModelId !== null) yield candidateOf('fallback', model, model.fallbackModelId);
    const emergency = await this.emergency(query);
    if (emergency !== null) yield candidateOf('emergency', emergency, emergency.modelId);
  }

  /** `null`: the configuration has none, and the error that counts is that of the models that were asked. */
  private async emergency(query: PhaseQuery): Promise<PhaseModel | null> {
    try {
      return await this.config.getModelForPhase(emergencyPhase, query);
    } catch (error) {
      if (error instanceof ConfigNotFoundError) return null;
      throw error;
    }
  }
}

const candidateOf = (rank: ModelRank, model: PhaseModel, modelId: string): Candidate => ({
  rank,
  modelId,
  temperature: model.temperature,
  maxTokens: model.maxTokens,
  timeoutMs: model.timeoutMs,
  maxRetries: model.maxRetries,
});
