import { AppError } from '../../../core/index.js';
import { describePhase } from './describe-query.js';
import type { PhaseQuery } from './phase-query.js';

/** The configuration is known, and it does not hold what was asked for. */
export class ConfigNotFoundError extends AppError {
  readonly code = 'config-not-found';
  readonly retryable = false;

  static phase(phase: string, query: PhaseQuery): ConfigNotFoundError {
    return new ConfigNotFoundError(`There is no configuration for ${describePhase(phase, query)}`, { phase });
  }

  static judges(language: string): ConfigNotFoundError {
    return new ConfigNotFoundError(`There is no judge panel for language "${language}"`, { language });
  }

  static judge(modelId: string, language: string): ConfigNotFoundError {
    return new ConfigNotFoundError(`Model "${modelId}" is no judge of the panel for language "${language}"`, {
      modelId,
      language,
    });
  }

  static reserve(language: string): ConfigNotFoundError {
    return new ConfigNotFoundError(`There is no context reserve for language "${language}", nor for any`, {
      language,
    });
  }

  static job(jobId: string): ConfigNotFoundError {
    return new ConfigNotFoundError(
      `Job "${jobId}" is not pinned: it never was, or it was released and pruned`,
      {
        jobId,
      },
    );
  }

  static row(name: string): ConfigNotFoundError {
    return new ConfigNotFoundError(`There is no row ${name}`, { row: name });
  }

  static version(version: number): ConfigNotFoundError {
    return new ConfigNotFoundError(`There is no version ${version} in the history`, { version });
  }

  static model(id: string): ConfigNotFoundError {
    return new ConfigNotFoundError(`There is no model "${id}"`, { modelId: id });
  }
}
