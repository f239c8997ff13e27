import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Put,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Reader } from '../../../core/index.js';
import { minVersionHeader } from '../../../platform/cache/index.js';
import { Answers, AnswersNothing, BodyLimit } from '../../../platform/http/index.js';
import type { PersonSettings } from '../prompt/prompt-data.js';
import { placeholderNameSchema, userIdSchema } from '../prompt/prompt-names.js';
import { PROMPT_SETTINGS_READER } from '../reading/prompt-readers.js';
import { AnswersLabelled } from './answers-labelled.decorator.js';
import {
  metaOf,
  settingsAnswer,
  settingsWritten,
  settingsWrittenAnswer,
  type SettingsAnswer,
  type SettingsWrittenAnswer,
} from './people.answers.js';
import {
  applyBody,
  settingsBody,
  textsBodyBytes,
  type ApplyBody,
  type SettingsBody,
} from './people.bodies.js';
import { PersonGuard } from './person.guard.js';
import { PersonSettingsService } from './person-settings.service.js';
import { readLabelled } from './read-labelled.js';

const gone = { 'X-Min-Version': '`epoch:version`, what a read may name as its least version' };

/** What a person set for themselves (PR-7); theirs alone, and an admin's. */
@ApiTags('prompts')
@ApiBearerAuth()
@UseGuards(PersonGuard)
@Controller('api/v1/users/:id')
export class PeopleController {
  constructor(
    @Inject(PROMPT_SETTINGS_READER) private readonly reader: Reader<PersonSettings>,
    @Inject(PersonSettingsService) private readonly settings: PersonSettingsService,
  ) {}

  @Get('placeholders')
  @ApiOperation({ summary: 'What a person set; of nobody and of whoever set nothing, nothing' })
  @AnswersLabelled(settingsAnswer)
  async get(
    @Param('id', { schema: userIdSchema }) userId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SettingsAnswer | undefined> {
    const read = await readLabelled(this.reader, userId, request, reply);
    return read === null ? undefined : { user_id: userId, placeholders: read.data, meta: metaOf(read) };
  }

  @Put('placeholders')
  @BodyLimit(textsBodyBytes)
  @ApiOperation({ summary: 'Puts the whole set; what is not named goes' })
  @Answers(settingsWrittenAnswer)
  async put(
    @Param('id', { schema: userIdSchema }) userId: string,
    @Body({ schema: settingsBody }) { placeholders }: SettingsBody,
  ): Promise<SettingsWrittenAnswer> {
    return settingsWritten(userId, await this.settings.replace(userId, placeholders));
  }

  @Post('apply-profile')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: "Copies a profile's values into a person's settings; the others stay" })
  @Answers(settingsWrittenAnswer)
  async applyProfile(
    @Param('id', { schema: userIdSchema }) userId: string,
    @Body({ schema: applyBody }) { profile }: ApplyBody,
  ): Promise<SettingsWrittenAnswer> {
    return settingsWritten(userId, await this.settings.applyProfile(userId, profile));
  }

  @Delete('placeholders')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Forgets a person' })
  @AnswersNothing(HttpStatus.NO_CONTENT, 'Nothing is left of what this person set', gone)
  async forget(
    @Param('id', { schema: userIdSchema }) userId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { minVersion } = await this.settings.remove(userId);
    reply.header(minVersionHeader, minVersion);
  }

  @Delete('placeholders/:name')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Removes one setting of a person' })
  @AnswersNothing(HttpStatus.NO_CONTENT, 'It is not set', gone)
  async remove(
    @Param('id', { schema: userIdSchema }) userId: string,
    @Param('name', { schema: placeholderNameSchema }) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { minVersion } = await this.settings.remove(userId, name);
    reply.header(minVersionHeader, minVersion);
  }
}
