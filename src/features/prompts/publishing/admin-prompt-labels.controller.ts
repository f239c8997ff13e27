import { Body, Controller, Delete, Headers, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, readPrecondition, type Precondition } from '../../../platform/http/index.js';
import { labelSchema, nodeNameSchema } from '../prompt/prompt-names.js';
import { labelBody, removing, type LabelBody, type Removing } from './prompt-body.js';
import { readPromptEdit } from './prompt-edit.js';
import { PromptPublisher } from './prompt-publisher.js';
import { labelPublicationAnswer, type LabelPublication } from './prompt-publishing.answers.js';

const ifMatchHeader = ApiHeader({
  name: 'If-Match',
  required: false,
  description: 'The ETag of the label: the version that it is thought to stand for',
});
const ifNoneMatchHeader = ApiHeader({
  name: 'If-None-Match',
  required: false,
  description: '`*`: makes a new label',
});

/** What each label of a prompt stands for (PR-8). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/prompts/:node/labels')
export class AdminPromptLabelsController {
  constructor(@Inject(PromptPublisher) private readonly publisher: PromptPublisher) {}

  @Put(':label')
  @ApiOperation({
    summary:
      'Moves a label, or makes it; back to where it stood is a move as well. `production` is an admin’s',
  })
  @ifMatchHeader
  @ifNoneMatchHeader
  @Answers(labelPublicationAnswer, { headers: { ETag: 'The version that the label stands for' } })
  async move(
    @Param('node', { schema: nodeNameSchema }) nodeName: string,
    @Param('label', { schema: labelSchema }) label: string,
    @Body({ schema: labelBody }) { version, language, reason }: LabelBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LabelPublication> {
    const expected = readExpected(ifMatch, ifNoneMatch);
    const key = { nodeName, language, label };
    const moved = await this.publisher.moveLabel(key, version, expected, readPromptEdit(request, reason));
    reply.header('etag', `"${moved.version}"`);
    return moved;
  }

  @Delete(':label')
  @ApiOperation({ summary: 'Takes a label away: who reads by it finds nothing. `production` is an admin’s' })
  @ifMatchHeader
  @Answers(labelPublicationAnswer)
  remove(
    @Param('node', { schema: nodeNameSchema }) nodeName: string,
    @Param('label', { schema: labelSchema }) label: string,
    @Query({ schema: removing }) { language, reason }: Removing,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<LabelPublication> {
    const key = { nodeName, language, label };
    const expected = readExpected(ifMatch, undefined);
    return this.publisher.removeLabel(key, expected, readPromptEdit(request, reason));
  }
}

/** Without either header: whatever the label stands for. */
function readExpected(ifMatch: string | undefined, ifNoneMatch: string | undefined): Precondition | null {
  return ifMatch === undefined && ifNoneMatch === undefined ? null : readPrecondition(ifMatch, ifNoneMatch);
}
