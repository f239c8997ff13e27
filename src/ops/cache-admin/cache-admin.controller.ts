import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Req,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { authorOf, callOf } from '../../platform/audit/index.js';
import {
  CacheOperations,
  CacheSettingsService,
  FreezesService,
  NamespaceRegistry,
  UnknownNamespaceError,
  type Namespace,
  type OperationBy,
  type OperationResult,
} from '../../platform/cache/index.js';
import { Answers } from '../../platform/http/index.js';
import {
  clearBody,
  entriesQuery,
  explainQuery,
  freezeBody,
  invalidateBody,
  namespaceSchema,
  purgeBody,
  settingsBody,
  type ClearBody,
  type EntriesQuery,
  type ExplainQuery,
  type FreezeBody,
  type InvalidateBody,
  type PurgeBody,
  type SettingsBody,
} from './cache-admin.schemas.js';
import {
  clearedAnswer,
  entriesAnswer,
  explainAnswer,
  freezeAnswer,
  settingsAnswer,
  statsAnswer,
  versionedAnswer,
} from './cache-admin.answers.js';
import { CacheExplainer, type Explained } from './cache-explainer.js';
import { CacheStats, type StatsView } from './cache-stats.js';
import { freezeView, type FreezeView } from './freeze-view.js';
import { listEntries, type EntryPage } from './list-entries.js';
import { settingsView, type SettingsView } from './settings-view.js';

interface Versioned {
  /** `epoch:version`: what a reader of any process may ask to have reached. */
  readonly version: string;
  /** Entries of this process's memory that were touched. */
  readonly local: number;
}

/** The caches, for operators (CA-10). What changes anything changes it in every process. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/cache')
export class CacheAdminController {
  constructor(
    @Inject(NamespaceRegistry) private readonly registry: NamespaceRegistry,
    @Inject(CacheOperations) private readonly operations: CacheOperations,
    @Inject(CacheSettingsService) private readonly settings: CacheSettingsService,
    @Inject(CacheStats) private readonly stats: CacheStats,
    @Inject(CacheExplainer) private readonly explainer: CacheExplainer,
    @Inject(FreezesService) private readonly freezes: FreezesService,
  ) {}

  @Get('stats')
  @ApiOperation({ summary: 'Entries, hits, misses and sizes of each namespace, in each tier' })
  @Answers(statsAnswer)
  readStats(): Promise<StatsView> {
    return this.stats.read();
  }

  @Get('explain')
  @ApiOperation({ summary: 'What each tier holds of one key, and why it is served as it is' })
  @Answers(explainAnswer)
  explain(@Query({ schema: explainQuery }) { namespace, key }: ExplainQuery): Promise<Explained> {
    return this.explainer.explain(this.known(namespace), key);
  }

  @Post('clear')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Marks everything stale, everywhere; the last known good stays' })
  @Answers(clearedAnswer)
  async clear(
    @Body({ schema: clearBody }) body: ClearBody,
    @Req() request: FastifyRequest,
  ): Promise<{ namespaces: Record<string, Versioned> }> {
    const by = byOf(request, body?.reason);
    const namespaces: Record<string, Versioned> = {};
    for (const { namespace } of this.registry.all()) {
      namespaces[namespace] = versioned(await this.operations.expireAll(namespace, by));
    }
    return { namespaces };
  }

  @Get(':namespace/entries')
  @ApiOperation({ summary: 'What this process holds in memory, by key; no values' })
  @Answers(entriesAnswer)
  entries(
    @Param('namespace', { schema: namespaceSchema }) namespace: string,
    @Query({ schema: entriesQuery }) query: EntriesQuery,
  ): EntryPage {
    return listEntries(this.known(namespace).cache, query);
  }

  @Post(':namespace/invalidate')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Marks a key, a scope or a prefix stale in every process' })
  @Answers(versionedAnswer)
  async invalidate(
    @Param('namespace', { schema: namespaceSchema }) namespace: string,
    @Body({ schema: invalidateBody }) body: InvalidateBody,
    @Req() request: FastifyRequest,
  ): Promise<Versioned> {
    const by = byOf(request, body.reason);
    if ('key' in body) return versioned(await this.operations.invalidate(namespace, body.key, by));
    if ('scope' in body) return versioned(await this.operations.invalidateScope(namespace, body.scope, by));
    return versioned(await this.operations.invalidatePrefix(namespace, body.prefix, by));
  }

  @Post(':namespace/purge')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Removes a key, a prefix or everything from every tier of every process' })
  @Answers(versionedAnswer)
  async purge(
    @Param('namespace', { schema: namespaceSchema }) namespace: string,
    @Body({ schema: purgeBody }) body: PurgeBody,
    @Req() request: FastifyRequest,
  ): Promise<Versioned> {
    return versioned(
      await this.operations.purge(namespace, 'all' in body ? {} : body, byOf(request, body.reason)),
    );
  }

  @Get(':namespace/settings')
  @ApiOperation({ summary: 'Switches and policy of a namespace: as they are, and what was set' })
  @Answers(settingsAnswer)
  readSettings(@Param('namespace', { schema: namespaceSchema }) namespace: string): SettingsView {
    return settingsView(this.known(namespace), this.settings.of(namespace));
  }

  @Put(':namespace/settings')
  @ApiOperation({
    summary: 'Sets switches and policy of a namespace in every process; what is left out is the default',
  })
  @Answers(settingsAnswer)
  async setSettings(
    @Param('namespace', { schema: namespaceSchema }) namespace: string,
    @Body({ schema: settingsBody }) body: SettingsBody,
    @Req() request: FastifyRequest,
  ): Promise<SettingsView> {
    const known = this.known(namespace);
    await this.settings.set({ namespace, ...body }, callOf(request));
    return settingsView(known, this.settings.of(namespace));
  }

  @Put(':namespace/freeze')
  @ApiOperation({
    summary: 'In this process alone: frozen, it serves what it holds and applies nothing; needs no database',
  })
  @Answers(freezeAnswer)
  async freeze(
    @Param('namespace', { schema: namespaceSchema }) namespace: string,
    @Body({ schema: freezeBody }) { frozen, reason }: FreezeBody,
    @Req() request: FastifyRequest,
  ): Promise<FreezeView> {
    const order = { by: authorOf(callOf(request).actor), reason };
    await (frozen ? this.freezes.freeze(namespace, order) : this.freezes.thaw(namespace, order));
    return freezeView(namespace, this.registry.find(namespace), this.freezes);
  }

  private known(name: string): Namespace {
    const namespace = this.registry.find(name);
    if (namespace === undefined) throw new UnknownNamespaceError(name);
    return namespace;
  }
}

const byOf = (request: FastifyRequest, reason: string | undefined): OperationBy => ({
  call: callOf(request),
  ...(reason !== undefined && { reason }),
});

const versioned = ({ version, local }: OperationResult): Versioned => ({
  version: `${version.epoch}:${version.version}`,
  local,
});
