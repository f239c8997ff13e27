import { Controller, Get, Headers, HttpStatus, Inject, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { minVersionHeader, readMinVersion, SwrInterceptor } from '../../../platform/cache/index.js';
import { AnswersProblem } from '../../../platform/http/index.js';
import { catalogNamespace } from '../catalog.policy.js';
import { CatalogService, type CatalogReadOptions } from '../reading/catalog.service.js';
import { catalogIdText } from '../views/catalog-id.js';
import type { Book, BookConfig, Publisher } from '../views/catalog-view.js';
import { AnswersImage, AnswersView } from './answers-view.decorator.js';
import {
  bookAnswer,
  bookConfigAnswer,
  booksAnswer,
  publisherAnswer,
  publishersAnswer,
} from './catalog.answers.js';
import { LogoAnswer } from './logo-answer.js';
import { ViewAnswer } from './view-answer.js';

const nothingAsked = z.strictObject({});
const booksQuery = z.strictObject({ publisher_id: catalogIdText.optional() });

type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** Publishers and books (CT-1): every answer says how far it may be trusted. */
@ApiTags('catalog')
@ApiBearerAuth()
@ApiHeader({ name: minVersionHeader, required: false, description: 'The least version, as `epoch:version`' })
@UseInterceptors(SwrInterceptor(catalogNamespace))
@Controller('api/v1/catalog')
export class CatalogController {
  constructor(@Inject(CatalogService) private readonly catalog: CatalogService) {}

  @Get('publishers')
  @ApiOperation({ summary: 'All publishers' })
  @AnswersView(publishersAnswer)
  async publishers(
    @Query({ schema: nothingAsked }) _query: object,
    @Headers() headers: RequestHeaders,
  ): Promise<ViewAnswer<readonly Publisher[]>> {
    return new ViewAnswer(await this.catalog.listPublishers(optionsOf(headers)));
  }

  @Get('publishers/:id')
  @ApiOperation({ summary: 'One publisher' })
  @AnswersView(publisherAnswer)
  async publisher(
    @Param('id', { schema: catalogIdText }) id: string,
    @Headers() headers: RequestHeaders,
  ): Promise<ViewAnswer<Publisher>> {
    return new ViewAnswer(await this.catalog.getPublisher(id, optionsOf(headers)));
  }

  @Get('publishers/:id/logo')
  @ApiOperation({ summary: 'The logo of a publisher: its bytes' })
  @AnswersImage()
  async logo(
    @Param('id', { schema: catalogIdText }) id: string,
    @Headers() headers: RequestHeaders,
  ): Promise<LogoAnswer> {
    return new LogoAnswer(await this.catalog.getPublisherLogo(id, optionsOf(headers)));
  }

  @Get('books')
  @ApiOperation({ summary: 'All books, or those of one publisher' })
  @AnswersView(booksAnswer)
  @AnswersProblem(HttpStatus.NOT_FOUND, 'There is no such publisher')
  async books(
    @Query({ schema: booksQuery }) { publisher_id: publisherId }: z.infer<typeof booksQuery>,
    @Headers() headers: RequestHeaders,
  ): Promise<ViewAnswer<readonly Book[]>> {
    return new ViewAnswer(await this.catalog.listBooks(publisherId, optionsOf(headers)));
  }

  @Get('books/:id')
  @ApiOperation({ summary: 'One book' })
  @AnswersView(bookAnswer)
  async book(
    @Param('id', { schema: catalogIdText }) id: string,
    @Headers() headers: RequestHeaders,
  ): Promise<ViewAnswer<Book>> {
    return new ViewAnswer(await this.catalog.getBook(id, optionsOf(headers)));
  }

  @Get('books/:id/config')
  @ApiOperation({ summary: 'The configuration of a book' })
  @AnswersView(bookConfigAnswer)
  async bookConfig(
    @Param('id', { schema: catalogIdText }) id: string,
    @Headers() headers: RequestHeaders,
  ): Promise<ViewAnswer<BookConfig>> {
    return new ViewAnswer(await this.catalog.getBookConfig(id, optionsOf(headers)));
  }
}

/** @throws MinVersionInvalidError */
const optionsOf = (headers: RequestHeaders): CatalogReadOptions => ({ minVersion: readMinVersion(headers) });
