import {
  Body,
  Controller,
  HttpCode,
  HttpStatus,
  Inject,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Reader } from '../../../core/index.js';
import { cacheStatus } from '../../../platform/cache/index.js';
import { Answers, AnswersProblem, jsonSchemaOf } from '../../../platform/http/index.js';
import type { JsonObject } from '../narrative/json.js';
import type { NarrativeValue } from '../narrative/narrative.js';
import { profileSchema } from '../narrative/profile.js';
import { NARRATIVES_READER } from '../narratives.policy.js';
import { asksAnew } from './asks-anew.js';
import type { NarrativeAnswer } from './narrative-answer.js';
import { NarrativeGuard } from './narrative.guard.js';
import { narrativeAnswer, type NarrativeWire } from './narratives.answers.js';
import { narrativeQuery, profileBody, type NarrativeQuery } from './narratives.queries.js';
import { NarrativesService } from './narratives.service.js';
import { personOf } from './person-of.js';

const headers = {
  'Cache-Status': 'RFC 9211: hit or miss, how long it stays fresh, and why it is what it is',
  'Cache-Control': '`no-store`',
};

/** Narratives of profiles (NA-1). */
@ApiTags('narratives')
@ApiBearerAuth()
@UseGuards(NarrativeGuard)
@Controller('api/v1/narratives')
export class NarrativesController {
  constructor(
    @Inject(NarrativesService) private readonly narratives: NarrativesService,
    @Inject(NARRATIVES_READER) private readonly reader: Reader<NarrativeValue>,
  ) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'The narrative of a profile: held, or made now, which takes seconds' })
  @ApiHeader({
    name: 'Cache-Control',
    required: false,
    description: '`no-cache`: made anew whatever is held; for admins alone',
  })
  @ApiBody({ schema: jsonSchemaOf(profileSchema) })
  @Answers(narrativeAnswer, { headers })
  @AnswersProblem(HttpStatus.GONE, 'The person was erased while it was being made')
  @AnswersProblem(HttpStatus.TOO_MANY_REQUESTS, 'Too many were to be made anew')
  async ask(
    @Query({ schema: narrativeQuery }) { userId, allowFallback }: NarrativeQuery,
    @Body({ schema: profileBody }) profile: JsonObject,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NarrativeWire> {
    const answer = await this.narratives.ask({
      profile,
      userId: userId ?? personOf(request.identity!),
      allowFallback: allowFallback === 'true',
      bypass: asksAnew(request),
    });
    reply.headers({ 'cache-control': 'no-store', 'cache-status': this.statusOf(answer) });
    return toWire(answer);
  }

  private statusOf({ fallback, meta, reason }: NarrativeAnswer): string {
    if (fallback) return 'lastgood; fwd=miss; detail=fallback';
    const { source, ageMs } = meta;
    return cacheStatus({ source, reason, ageMs }, this.reader.cache.policy);
  }
}

function toWire({ narrative, meta, fallback }: NarrativeAnswer): NarrativeWire {
  const { summary, bullets } = narrative;
  const wire = { narrative: { summary, bullets: bullets as string[] }, meta };
  return fallback ? { ...wire, fallback } : wire;
}
