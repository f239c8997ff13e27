import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
  Inject,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  Answers,
  AnswersIn,
  BodyLimit,
  readPrecondition,
  RequestInvalidError,
} from '../../../platform/http/index.js';
import { parseConfigDocument, readConfigDocument } from '../documents/read-config-document.js';
import { renderConfigDocument } from '../documents/render-config-document.js';
import { ModelConfigService } from '../model-config.service.js';
import { configDocumentSchema, type ConfigDocument } from '../rows/config-document.js';
import { fromDocument } from '../rows/proposed-config.js';
import { ConfigPlanner, type PlannedChange } from './config-planner.service.js';
import { ConfigPublisher } from './config-publisher.js';
import {
  importQuery,
  proposalBody,
  requireReason,
  type ImportQuery,
  type ProposalBody,
} from './edit-body.js';
import { proposeDocument } from './propose-document.js';
import { PublicationAnswers, type Answered } from './publication-answers.js';
import { importAnswer, planAnswer } from './publishing.answers.js';
import { Publishes } from './publishes.decorator.js';
import { readEdit } from './read-edit.js';

const exportQuery = z.strictObject({ format: z.enum(['yaml', 'json']).default('yaml') });
const diffQuery = importQuery.pick({ replace: true });
/** Some 15,000 rows. */
const documentBytes = 5 * 1_024 * 1_024;
const yamlChars = 256 * 1_024;
const documentTypes = ['application/yaml', 'application/json'] as const;

/** The configuration as a document (MC-17). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/config')
export class AdminConfigController {
  constructor(
    @Inject(ModelConfigService) private readonly service: ModelConfigService,
    @Inject(ConfigPlanner) private readonly planner: ConfigPlanner,
    @Inject(ConfigPublisher) private readonly publisher: ConfigPublisher,
    @Inject(PublicationAnswers) private readonly answers: PublicationAnswers,
  ) {}

  @Get('export')
  @ApiOperation({ summary: 'All of the configuration as a document; its ETag is what an import is made for' })
  @AnswersIn(
    { 'application/yaml': z.string(), 'application/json': configDocumentSchema },
    { headers: { ETag: "The configuration's version" } },
  )
  async export(
    @Query({ schema: exportQuery }) { format }: z.infer<typeof exportQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { data } = await this.service.list();
    reply.headers({ etag: `"${data.asOf.version}"`, 'content-type': `application/${format}; charset=utf-8` });
    return renderConfigDocument(data, format);
  }

  @Post('validate')
  @BodyLimit(documentBytes)
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'The dry run of any change: what it would do, and everything that is wrong with it',
  })
  @Answers(planAnswer)
  validate(@Body({ schema: proposalBody }) { remove, ...part }: ProposalBody): Promise<PlannedChange> {
    const { models = [], phases = [], judges = [], reserves = [] } = part;
    const put = fromDocument({ models, phases, judges, reserves });
    return this.planner.plan(() => ({ put, remove: new Set(remove) }));
  }

  @Post('diff')
  @BodyLimit(documentBytes)
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'What the import of a document would change' })
  @Answers(planAnswer)
  @ApiConsumes(...documentTypes)
  @ApiBody({ description: 'A whole document, as the export gives it', schema: { type: 'object' } })
  diff(
    @Query({ schema: diffQuery }) { replace }: z.infer<typeof diffQuery>,
    @Body() body: unknown,
  ): Promise<PlannedChange> {
    const document = toDocument(body);
    return this.planner.plan((standing) => proposeDocument(document, replace, standing));
  }

  @Post('import')
  @BodyLimit(documentBytes)
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Brings a document in, in one transaction; dryRun=1 only tells what it would do' })
  @ApiConsumes(...documentTypes)
  @ApiBody({ description: 'A whole document, as the export gives it', schema: { type: 'object' } })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag of the dry run or the export; not for a dry run',
  })
  @Publishes(importAnswer, { ETag: 'Of a dry run: what the import that relies on it is made for' })
  async import(
    @Query({ schema: importQuery }) { wait, dryRun, replace, acceptLoss, reason }: ImportQuery,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlannedChange | Answered> {
    const document = toDocument(body);
    if (dryRun) {
      const plan = await this.planner.plan(
        (standing) => proposeDocument(document, replace, standing),
        acceptLoss,
      );
      reply.header('etag', `"${plan.version}"`);
      return plan;
    }
    const expected = readPrecondition(ifMatch, undefined);
    const edit = readEdit(request, 'import', { reason: requireReason(reason), acceptLoss });
    const publication = await this.publisher.import(document, edit, { replace, expected });
    return this.answers.give(publication, reply, { wait });
  }
}

/** @throws ConfigInvalidError, RequestInvalidError for a long text: YAML takes some seconds a megabyte to read */
function toDocument(body: unknown): ConfigDocument {
  if (typeof body === 'string' && body.length > yamlChars) {
    const message = `YAML may have ${yamlChars} characters, this has ${body.length}: send JSON, or use the command line`;
    throw new RequestInvalidError([{ message }]);
  }
  return typeof body === 'string' ? readConfigDocument(body) : parseConfigDocument(body);
}
