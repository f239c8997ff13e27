import { Controller, Get, Inject, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { minVersionHeader, SwrInterceptor } from '../../../platform/cache/index.js';
import { AnswersProblem } from '../../../platform/http/index.js';
import { languageForm, languageTag } from '../../../platform/language/index.js';
import { courseIdSchema, phaseNameSchema } from '../rows/config-document.js';
import { jobIdSchema } from '../pinning/job-id.js';
import { AnswersLabelled } from './answers-labelled.decorator.js';
import { judgePanelAnswer, phaseModelAnswer, snapshotAnswer } from './config.answers.js';
import type { JudgePanel } from './judge-panel.js';
import { modelConfigNamespace } from '../model-config.policy.js';
import { ModelConfigService } from '../model-config.service.js';
import type { PhaseModel } from './phase-model.js';
import type { JobQuery, PhaseQuery } from './phase-query.js';
import { metaOf, type ReadMeta } from './read-meta.js';
import { rowsOf } from '../snapshot/snapshot.repository.js';
import type { ConfigRows } from '../snapshot/snapshot.js';

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'a whole number of at most 9 digits')
  .transform(Number);
// Its form only: what it resolves to is worked out once per language, by the service.
const languageText = z.string().regex(languageTag, languageForm);
const phaseQuery = z.strictObject({
  language: languageText.optional(),
  tokenCount: wholeNumber.optional(),
  courseId: courseIdSchema.optional(),
  jobId: jobIdSchema.optional(),
});
const judgeQuery = z.strictObject({ language: languageText, jobId: jobIdSchema.optional() });
const snapshotQuery = z.strictObject({ jobId: jobIdSchema.optional() });

/** What pipelines ask (MC-13): every answer comes from memory and says how far it may be trusted. */
@ApiTags('config')
@ApiBearerAuth()
@ApiHeader({ name: minVersionHeader, required: false, description: 'The least version, as `epoch:version`' })
@UseInterceptors(SwrInterceptor(modelConfigNamespace))
@Controller('api/v1/config')
export class ConfigController {
  constructor(@Inject(ModelConfigService) private readonly service: ModelConfigService) {}

  @Get('phases/:phase')
  @ApiOperation({ summary: 'The model of a phase' })
  @AnswersLabelled(phaseModelAnswer)
  phase(
    @Param('phase', { schema: phaseNameSchema }) phase: string,
    @Query({ schema: phaseQuery }) query: PhaseQuery,
  ): Promise<PhaseModel> {
    return this.service.getModelForPhase(phase, query);
  }

  @Get('stages/:stage')
  @ApiOperation({ summary: 'The model of the phase stage_<n>' })
  @AnswersLabelled(phaseModelAnswer)
  stage(
    @Param('stage', { schema: wholeNumber }) stage: number,
    @Query({ schema: phaseQuery }) query: PhaseQuery,
  ): Promise<PhaseModel> {
    return this.service.getModelForStage(stage, query);
  }

  @Get('judges')
  @ApiOperation({ summary: 'The judge panel of a language' })
  @AnswersLabelled(judgePanelAnswer)
  @AnswersProblem(404, 'Neither the language nor `any` has a panel, or the job is not pinned')
  judges(@Query({ schema: judgeQuery }) query: { language: string } & JobQuery): Promise<JudgePanel> {
    return this.service.getJudgeModels(query.language, query);
  }

  @Get('snapshot')
  @ApiOperation({ summary: 'All of the configuration' })
  @AnswersLabelled(snapshotAnswer)
  @AnswersProblem(404, 'The job is not pinned')
  async snapshot(
    @Query({ schema: snapshotQuery }) query: JobQuery,
  ): Promise<ConfigRows & { meta: ReadMeta }> {
    const read = await this.service.list(query);
    return { meta: metaOf(read), ...rowsOf(read.data) };
  }
}
