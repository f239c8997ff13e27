import { Body, Controller, Delete, Inject, Param, Put, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { callOf } from '../../../platform/audit/index.js';
import { Answers, AnswersProblem, BodyLimit } from '../../../platform/http/index.js';
import { libraryNameSchema, placeholderNameSchema } from '../prompt/prompt-names.js';
import { LibraryPublisher } from './library-publisher.js';
import { libraryWritten, libraryWrittenAnswer, type LibraryWrittenAnswer } from './people.answers.js';
import {
  placeholderBody,
  profileBody,
  removalQuery,
  textsBodyBytes,
  type PlaceholderBody,
  type ProfileBody,
  type RemovalQuery,
} from './people.bodies.js';

/** What people may set, and what it may be set to, as editors change it (PR-7, PR-8). */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin')
export class AdminLibraryController {
  constructor(@Inject(LibraryPublisher) private readonly publisher: LibraryPublisher) {}

  @Put('placeholders/:name')
  @BodyLimit(textsBodyBytes)
  @ApiOperation({ summary: 'Makes or replaces a placeholder, with all of its values' })
  @Answers(libraryWrittenAnswer)
  async putPlaceholder(
    @Param('name', { schema: placeholderNameSchema }) name: string,
    @Body({ schema: placeholderBody }) { description, values, reason }: PlaceholderBody,
    @Req() request: FastifyRequest,
  ): Promise<LibraryWrittenAnswer> {
    const edit = { call: callOf(request), reason };
    return libraryWritten(await this.publisher.putPlaceholder({ name, description, values }, edit));
  }

  @Delete('placeholders/:name')
  @ApiOperation({ summary: 'Removes a placeholder that nothing uses: no template, no profile, no person' })
  @Answers(libraryWrittenAnswer)
  @AnswersProblem(422, 'It is in use; `faults` has everything that uses it')
  async removePlaceholder(
    @Param('name', { schema: placeholderNameSchema }) name: string,
    @Query({ schema: removalQuery }) { reason }: RemovalQuery,
    @Req() request: FastifyRequest,
  ): Promise<LibraryWrittenAnswer> {
    return libraryWritten(await this.publisher.removePlaceholder(name, { call: callOf(request), reason }));
  }

  @Put('profiles/:name')
  @ApiOperation({ summary: 'Makes or replaces a profile' })
  @Answers(libraryWrittenAnswer)
  async putProfile(
    @Param('name', { schema: libraryNameSchema }) name: string,
    @Body({ schema: profileBody }) { reason, ...profile }: ProfileBody,
    @Req() request: FastifyRequest,
  ): Promise<LibraryWrittenAnswer> {
    const edit = { call: callOf(request), reason };
    return libraryWritten(await this.publisher.putProfile({ name, ...profile }, edit));
  }

  @Delete('profiles/:name')
  @ApiOperation({ summary: 'Removes a profile; people keep what they took over from it' })
  @Answers(libraryWrittenAnswer)
  async removeProfile(
    @Param('name', { schema: libraryNameSchema }) name: string,
    @Query({ schema: removalQuery }) { reason }: RemovalQuery,
    @Req() request: FastifyRequest,
  ): Promise<LibraryWrittenAnswer> {
    return libraryWritten(await this.publisher.removeProfile(name, { call: callOf(request), reason }));
  }
}
