import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Put,
  Req,
  Res,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Answers, AnswersNothing, AnswersProblem } from '../../../platform/http/index.js';
import { ModelConfigService } from '../model-config.service.js';
import { courseIdSchema } from '../rows/config-document.js';
import { jobIdSchema } from './job-id.js';
import { pinnedJobAnswer } from './jobs.answers.js';
import type { PinnedJob } from './job-pin.js';
import { JobPinner } from './job-pinner.js';

const pinBody = z.strictObject({ courseId: courseIdSchema.optional() }).default({});

/** Pins of jobs (MC-22). A job's id may have a slash: it is the rest of the path, as it is or encoded. */
@ApiTags('config')
@ApiBearerAuth()
@Controller('api/v1/config/jobs')
export class JobsController {
  constructor(
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Inject(JobPinner) private readonly pinner: JobPinner,
  ) {}

  @Put('*')
  @ApiOperation({
    summary: 'Pins what is served now for a job: 201, or 200 with the pin that stands already',
  })
  @Answers(pinnedJobAnswer, { description: 'The pin that stands already' })
  @Answers(pinnedJobAnswer, { status: HttpStatus.CREATED, description: 'The pin is new' })
  @AnswersProblem(HttpStatus.CONFLICT, 'The job is pinned already, with another course')
  async pin(
    @Param('*', { schema: jobIdSchema }) jobId: string,
    @Body({ schema: pinBody }) { courseId }: z.infer<typeof pinBody>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PinnedJob> {
    const pinnedBy = request.identity!.name;
    const { job, isNew } = await this.pinner.pin(jobId, await this.service.list(), {
      pinnedBy,
      ...(courseId !== undefined && { courseId }),
    });
    reply.status(isNew ? HttpStatus.CREATED : HttpStatus.OK);
    return job;
  }

  @Get('*')
  @ApiOperation({ summary: 'Which snapshot a job is pinned to' })
  @Answers(pinnedJobAnswer)
  get(@Param('*', { schema: jobIdSchema }) jobId: string): Promise<PinnedJob> {
    return this.service.pinOf(jobId);
  }

  @Delete('*')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Releases a job: its pin goes once the retention is over' })
  @AnswersNothing(HttpStatus.NO_CONTENT, 'It is released')
  release(@Param('*', { schema: jobIdSchema }) jobId: string): Promise<void> {
    return this.service.release(jobId);
  }
}
