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
  Req,
  Res,
} from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  Answers,
  AnswersNothing,
  AnswersProblem,
  AnswersText,
  BodyLimit,
  readIdempotencyKey,
  TakesIdempotencyKey,
} from '../../../platform/http/index.js';
import { lessonSpecSchema, type LessonSpec } from '../lesson/lesson-spec.js';
import { EventFollowers } from '../following/event-followers.service.js';
import { LessonRepository } from './lesson.repository.js';
import { lessonAnswer, orderedAnswer } from './lessons.answers.js';
import { LessonsService } from './lessons.service.js';
import { openEventStream } from '../following/open-event-stream.js';

const path = 'api/v1/lessons';
const idSchema = z.uuid().toLowerCase();
const bodyLimitBytes = 2 * 1_024 * 1_024;
const location = { Location: 'Where the lesson is' };

const linksOf = (id: string) => ({ self: `/${path}/${id}`, events: `/${path}/${id}/events` });

/** Lessons that are written behind their order (LE-7). */
@ApiTags('lessons')
@ApiBearerAuth()
@Controller(path)
export class LessonsController {
  constructor(
    @Inject(LessonsService) private readonly lessons: LessonsService,
    @Inject(LessonRepository) private readonly repository: LessonRepository,
    @Inject(EventFollowers) private readonly followers: EventFollowers,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @BodyLimit(bodyLimitBytes)
  @ApiOperation({ summary: 'Orders a lesson, to be written by the configuration of now' })
  @TakesIdempotencyKey('However often an order with this key is sent, it is one lesson')
  @Answers(orderedAnswer, { status: HttpStatus.ACCEPTED, description: 'It is queued', headers: location })
  async order(
    @Body({ schema: lessonSpecSchema }) spec: LessonSpec,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof orderedAnswer>> {
    const { id, status } = await this.lessons.order(spec, request.identity!, readIdempotencyKey(request));
    const links = linksOf(id);
    reply.header('location', links.self);
    return { id, status, links };
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far a lesson is, and what became of it' })
  @Answers(lessonAnswer)
  async get(@Param('id', { schema: idSchema }) id: string): Promise<z.infer<typeof lessonAnswer>> {
    return { ...(await this.lessons.get(id)), links: linksOf(id) } as z.infer<typeof lessonAnswer>;
  }

  @Delete(':id')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Cancels a lesson: at once where it waits, within seconds where it is being written',
  })
  @Answers(orderedAnswer, { status: HttpStatus.ACCEPTED, description: 'It is cancelled, or will be' })
  @AnswersProblem(HttpStatus.CONFLICT, 'It has ended')
  async cancel(@Param('id', { schema: idSchema }) id: string): Promise<z.infer<typeof orderedAnswer>> {
    return { id, status: await this.lessons.cancel(id), links: linksOf(id) };
  }

  @Get(':id/events')
  @ApiOperation({
    summary: 'Follows a lesson by server-sent events, the first one included, until it has ended',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Goes on after the event with this id' })
  @AnswersText('text/event-stream', 'Events: `id`, `event` and JSON as `data`; the last one is `ended`')
  @AnswersNothing(HttpStatus.NO_CONTENT, 'The lesson has ended, and all was seen: do not come back')
  async events(
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { lastSeq, status } = await this.repository.status(id);
    const given = request.headers['last-event-id'];
    // Past the last one nothing would ever come: whoever names such an event goes on with the next one.
    const after =
      typeof given === 'string' && /^\d{1,15}$/.test(given) ? Math.min(Number(given), lastSeq) : 0;
    const isOver = status !== 'queued' && status !== 'running' && after === lastSeq;
    if (isOver) return void reply.status(HttpStatus.NO_CONTENT).send();
    this.followers.admit();
    const response = openEventStream(request, reply);
    if (response !== null) this.followers.follow(id, after, response);
  }
}
