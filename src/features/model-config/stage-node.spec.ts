import { Inject, Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigDatabase, insertPhase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { throughProxy } from '../../../test/support/through-proxy.js';
import { parseConfig } from '../../platform/config/index.js';
import type { TcpFaultProxy } from '../../testing/tcp-fault-proxy.js';
import { ModelConfigModule, ModelConfigService } from './index.js';

/** A node of somebody's pipeline: it knows its stage and its own limits, and no model. */
@Injectable()
class SummaryNode {
  constructor(@Inject(ModelConfigService) private readonly models: ModelConfigService) {}

  async plan(courseId: string, language: string, tokenCount: number) {
    const [model, panel] = await Promise.all([
      this.models.getModelForStage(2, { courseId, language, tokenCount }),
      this.models.getJudgeModels(language),
    ]);
    return {
      call: { model: model.modelId, temperature: model.temperature, max_tokens: model.maxTokens },
      judges: panel.judges.map(({ modelId, weight }) => [modelId, weight]),
      isStale: model.isStale || panel.isStale,
      version: model.meta.version,
    };
  }
}

describe('a node that injects ModelConfigService (MC-6)', () => {
  let database: ConfigDatabase;
  let proxy: TcpFaultProxy;
  let app: TestingModule;
  let node: SummaryNode;

  beforeAll(async () => {
    database = await ConfigDatabase.create();
    await database.sql(insertPhase('stage_2'));
    const through = await throughProxy(database.url);
    proxy = through.proxy;
    const settings = parseConfig({
      DATABASE_URL: through.proxied,
      LOG_LEVEL: 'silent',
      MODEL_CONFIG_MAX_AGE_MS: '2000',
    });
    app = await Test.createTestingModule({
      imports: [ModelConfigModule.forRoot(settings)],
      providers: [SummaryNode],
    }).compile();
    await app.init();
    node = app.get(SummaryNode);
  });
  afterAll(async () => {
    await app.close();
    await proxy.close();
    await database.drop();
  });

  const warm = async (temperature: number) => {
    await database.sql(
      `UPDATE lastgood.phase_configs SET temperature = ${temperature} WHERE phase = 'stage_2'`,
    );
    return (await database.counter()).version;
  };

  it('is given its model and its judges from the database, 0 included', async () => {
    expect(await node.plan('c1', 'ru-RU', 100)).toEqual({
      call: { model: 'a/writer', temperature: 0, max_tokens: 4_096 },
      judges: [
        ['c/judge', 0.75],
        ['d/judge', 0.5],
        ['e/judge', 0.25],
      ],
      isStale: false,
      version: (await database.counter()).version,
    });
  });

  it('is given what somebody writes with psql, without being started again', async () => {
    const version = await warm(1.25);
    await pollUntil(
      async () => (await node.plan('c1', 'en', 1)).version === version,
      'it is given the new version',
    );
    expect((await node.plan('c1', 'en', 1)).call.temperature).toBe(1.25);
  });

  it('is given the override of its course, and nobody else is', async () => {
    await database.sql(insertPhase('stage_2', 'c7', 0.5));
    await pollUntil(
      async () => (await node.plan('c7', 'en', 1)).call.temperature === 0.5,
      'the override is there',
    );
    expect((await node.plan('c8', 'en', 1)).call.temperature).toBe(1.25);
  });

  it('goes on with the last good answer, labelled, when the database is gone, and is current again after it', async () => {
    const before = await node.plan('c1', 'en', 1);
    await proxy.mode('black-hole');
    const missed = await warm(0.75);
    await pollUntil(async () => (await node.plan('c1', 'en', 1)).isStale, 'it is labelled stale');
    expect(await node.plan('c1', 'en', 1)).toEqual({ ...before, isStale: true });
    await proxy.mode('pass');
    await pollUntil(async () => (await node.plan('c1', 'en', 1)).version === missed, 'it is current again');
    expect(await node.plan('c1', 'en', 1)).toMatchObject({ isStale: false, call: { temperature: 0.75 } });
  });
});
