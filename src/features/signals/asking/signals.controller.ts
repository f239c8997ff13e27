import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  Answers,
  AnswersProblem,
  BodyLimit,
  readIdempotencyKey,
  TakesIdempotencyKey,
} from '../../../platform/http/index.js';
import { SignalPushes } from '../pushing/signal-pushes.service.js';
import { SignalService } from '../reading/signal.service.js';
import {
  inputsAnswer,
  pushAnswer,
  signalAnswer,
  signalsAnswer,
  type InputsWire,
  type PushWire,
  type SignalsWire,
  type SignalWire,
} from './signals.answers.js';
import {
  idSchema,
  listQuery,
  pushBody,
  readQuery,
  requireBody,
  typeSchema,
  type ListQuery,
  type PushBody,
  type ReadQuery,
  type RequireBody,
} from './signals.schemas.js';
import { toWire } from './to-wire.js';

/** More than any value may have: which type has which limit is said in `runtime.yml`. */
const mostBytes = 1_048_576;
/** Whoever keeps an answer would use it past its limit. */
const notKept = { 'cache-control': 'no-store' };
const notKeptHeader = { 'Cache-Control': '`no-store`' };
const sourceFailed = 'Nothing is held, and its source cannot tell';

/** Signals that rot (SI-4, SI-9). What is past its limit is never in an answer. */
@ApiTags('signals')
@ApiBearerAuth()
@Controller('api/v1/signals')
export class SignalsController {
  constructor(
    @Inject(SignalService) private readonly signals: SignalService,
    @Inject(SignalPushes) private readonly pushes: SignalPushes,
  ) {}

  @Get(':type')
  @ApiOperation({ summary: 'All signals below the first placeholder, such as the articles of a feed' })
  @Answers(signalsAnswer, { headers: notKeptHeader })
  @AnswersProblem(HttpStatus.CONFLICT, 'Of this type nobody can tell which signals there are')
  @AnswersProblem(HttpStatus.BAD_GATEWAY, sourceFailed)
  async list(
    @Param('type', { schema: typeSchema }) type: string,
    @Query({ schema: listQuery }) { first }: ListQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignalsWire> {
    reply.headers(notKept);
    return { signals: (await this.signals.list(type, first)).map(toWire) };
  }

  @Get(':type/:id')
  @ApiOperation({ summary: 'One signal inside its limit; what is past it is 503' })
  @Answers(signalAnswer, {
    headers: { ...notKeptHeader, Age: 'Whole seconds since it was observed (RFC 9111)' },
  })
  @AnswersProblem(HttpStatus.BAD_GATEWAY, sourceFailed)
  async read(
    @Param('type', { schema: typeSchema }) type: string,
    @Param('id', { schema: idSchema }) id: string,
    @Query({ schema: readQuery }) query: ReadQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignalWire> {
    const { maxAgeMs } = query;
    reply.headers(notKept);
    const signal = await this.signals.get(type, id, maxAgeMs === undefined ? {} : { maxAgeMs });
    reply.header('age', Math.floor(signal.ageMs / 1_000));
    return toWire(signal);
  }

  @Post('require')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary:
      'All signals of one inference, each inside its limit at one instant; or 503 with all that are not',
  })
  @Answers(inputsAnswer, { headers: notKeptHeader })
  async require(
    @Body({ schema: requireBody }) { refs }: RequireBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InputsWire> {
    reply.headers(notKept);
    const { at, validUntil, signals } = await this.signals.require(
      refs.map(({ type, id, maxAgeMs }) => ({ type, id, ...(maxAgeMs !== undefined && { maxAgeMs }) })),
    );
    return { at, validUntil, signals: signals.map(toWire) };
  }

  @Post(':type/:id')
  @HttpCode(HttpStatus.OK)
  @BodyLimit(mostBytes)
  @TakesIdempotencyKey('Sent again with the same body, it answers what it answered first, for a day')
  @ApiOperation({ summary: 'Brings a signal; one that was observed later stays' })
  @Answers(pushAnswer)
  @AnswersProblem(HttpStatus.CONFLICT, 'Signals of this type come from a source, and are not brought')
  push(
    @Param('type', { schema: typeSchema }) type: string,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: pushBody }) { value, observedAt }: PushBody,
    @Req() request: FastifyRequest,
  ): Promise<PushWire> {
    const key = readIdempotencyKey(request);
    return this.pushes.push(
      type,
      id,
      { value, ...(observedAt !== undefined && { observedAt }) },
      key === null ? null : { key, by: request.identity!.id },
    );
  }
}
