import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Reader } from '../../../core/index.js';
import { AnswersLabelled } from './answers-labelled.decorator.js';
import { metaOf, placeholdersAnswer, profilesAnswer } from './people.answers.js';
import { LIBRARY_READER, libraryKey } from './library.reader.js';
import type { PromptLibrary } from './prompt-library.js';
import { readLabelled } from './read-labelled.js';

/** What people may set, and what it may be set to (PR-7). */
@ApiTags('prompts')
@ApiBearerAuth()
@Controller('api/v1')
export class LibraryController {
  constructor(@Inject(LIBRARY_READER) private readonly reader: Reader<PromptLibrary>) {}

  @Get('placeholders')
  @ApiOperation({ summary: 'What a person may set, with texts to set it to' })
  @AnswersLabelled(placeholdersAnswer)
  async placeholders(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof placeholdersAnswer> | undefined> {
    const read = await readLabelled(this.reader, libraryKey, request, reply);
    return read === null ? undefined : { placeholders: [...read.data.placeholders], meta: metaOf(read) };
  }

  @Get('profiles')
  @ApiOperation({ summary: "Values that go together, to be copied into a person's settings" })
  @AnswersLabelled(profilesAnswer)
  async profiles(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof profilesAnswer> | undefined> {
    const read = await readLabelled(this.reader, libraryKey, request, reply);
    return read === null ? undefined : { profiles: [...read.data.profiles], meta: metaOf(read) };
  }
}
