import { readFileSync } from 'node:fs';
import { CACHE_MANAGER, type Cache } from '@nestjs/cache-manager';
import type { Json } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { registeredRoutes } from './support/registered-routes.js';
import { TestApp } from './support/test-app.js';

interface Operation {
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: object }[];
  readonly requestBody?: { readonly content: Record<string, { schema: Json }> };
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

const hits = (status: string) => `model_config_cache_hits_total{status="${status}"}`;
const asTemplate = (route: string) => route.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
const read = '/api/v1/config/phases/stage_4?language=ru&courseId=secret-course';

describe('what a process tells of itself', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  const scrape = async () => (await lastgood.ask('/metrics', { as: 'viewer' })).text;
  const valueOf = async (series: string) => {
    const line = (await scrape()).split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? null : Number(line.slice(series.length + 1));
  };
  const growth = async (series: string, work: () => Promise<unknown>) => {
    const before = (await valueOf(series)) ?? 0;
    await work();
    return (await valueOf(series))! - before;
  };
  const readTen = async () => {
    for (let i = 0; i < 10; i++) await lastgood.ask(read);
  };
  const misspell = () => lastgood.ask('/api/v1/config/phases/stage_44');

  describe('in /metrics (MC-19, CA-9)', () => {
    it.each([
      ['model_config_cache_hits_total', 'counter'],
      ['model_config_db_failures_total', 'counter'],
      ['model_config_fallback_usage_total', 'counter'],
      ['model_config_age_seconds', 'gauge'],
      ['model_config_version', 'gauge'],
      ['model_config_version_skew', 'gauge'],
      ['degraded', 'gauge'],
      ['cache_hit_total', 'counter'],
      ['cache_miss_total', 'counter'],
      ['cache_lock_total', 'counter'],
      ['cache_locks_in_flight', 'gauge'],
      ['cache_refresh_total', 'counter'],
      ['cache_value_size_bytes', 'histogram'],
      ['cache_size_bytes', 'gauge'],
      ['cache_read_seconds', 'histogram'],
      ['cache_corrupt_total', 'counter'],
      ['cache_breaker_state', 'gauge'],
      ['cache_age_seconds', 'gauge'],
      ['cache_loads_total', 'counter'],
      ['service_state', 'gauge'],
      ['service_ready', 'gauge'],
      ['coherence_confirmed_age_seconds', 'gauge'],
      ['coherence_lag_seconds', 'gauge'],
      ['coherence_arrival_seconds', 'histogram'],
      ['coherence_probe_age_seconds', 'gauge'],
      ['database_pool_in_use', 'gauge'],
      ['data_volume_used_ratio', 'gauge'],
      ['http_request_seconds', 'histogram'],
      ['http_requests_total', 'counter'],
      ['lastgood_catalog_upstream_requests_total', 'counter'],
      ['lastgood_catalog_webhooks_total', 'counter'],
      ['process_cpu_user_seconds_total', 'counter'],
    ])('%s is a %s with a help text, told once', async (name, type) => {
      const text = await scrape();
      expect(text.match(new RegExp(`^# TYPE ${name} ${type}$`, 'gm'))).toHaveLength(1);
      expect(text).toMatch(new RegExp(`^# HELP ${name} \\S+`, 'm'));
    });

    it('is the text format of Prometheus, as often as it is asked for, each series once', async () => {
      for (let i = 0; i < 3; i++) {
        const { status, headers, text } = await lastgood.ask('/metrics', { as: 'viewer' });
        expect(status).toBe(200);
        expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
        const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        for (const line of series) expect(line).toMatch(/^\w+(\{[^{}]*\})? (-?[\d.e+-]+|NaN|\+Inf)$/i);
        const names = series.map((line) => line.slice(0, line.lastIndexOf(' ')));
        expect(new Set(names).size).toBe(names.length);
      }
    });

    it('are those of docs/metrics.md, and no others (OP-5)', async () => {
      const told = [...(await scrape()).matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name!);
      const documented = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` +\|/gm)].map(
        ([, name]) => name!,
      );
      expect(told.filter((name) => !/^(process|nodejs)_/.test(name)).toSorted()).toEqual(
        documented.toSorted(),
      );
    });

    it('begin at 0 where a rate is made of them, and at "not known" where nobody has looked (OP-5)', async () => {
      for (const result of ['started', 'skipped_locked', 'success', 'fail'])
        expect(await valueOf(`cache_refresh_total{cache_type="narratives",result="${result}"}`)).toBe(0);
      expect(await valueOf('cache_loads_total{cache_type="narratives",result="fail"}')).toBe(0);
      expect(await valueOf('cache_loads_total{cache_type="model-config",result="success"}')).toBeGreaterThan(
        0,
      );
      expect(await valueOf('coherence_lag_seconds')).toBeNull();
      expect(await valueOf('coherence_arrival_seconds_count')).toBe(0);
      for (const pool of ['read', 'write', 'bookkeeping'])
        expect(await valueOf(`database_pool_waiting{pool="${pool}"}`)).toBe(0);
    });

    it('tell of the file system that holds the data, once it was asked (OP-5)', async () => {
      await pollUntil(async () => (await valueOf('data_volume_used_ratio')) !== null, 'it was asked');
      expect(await valueOf('data_volume_used_ratio')).toBeGreaterThan(0);
      expect(await valueOf('data_volume_used_ratio')).toBeLessThanOrEqual(1);
    });

    it('counts each read once, by what it was', async () => {
      expect(await growth(hits('fresh'), readTen)).toBe(10);
      expect(await valueOf(hits('stale'))).toBe(0);
    });

    it('a misspelt phase is no failure of the database and no fallback', async () => {
      expect(await growth('model_config_db_failures_total', misspell)).toBe(0);
      expect(await growth('model_config_fallback_usage_total', misspell)).toBe(0);
    });

    it('tells the version and the age of what is served', async () => {
      const edit = () => lastgood.edit('/admin/phases/stage_4', { maxTokens: 4_000 });
      expect(await growth('model_config_version', edit)).toBe(1);
      expect(await valueOf('model_config_version')).toBe(await lastgood.version());
      expect(await valueOf('model_config_version_skew')).toBe(0);
      await pollUntil(async () => (await valueOf('model_config_age_seconds'))! > 0.5, 'it ages');
      expect(await valueOf('model_config_age_seconds')).toBeLessThan(2);
    });

    it('counts failures, stale answers and fallbacks of an outage, and names its reasons', async () => {
      const before = { stale: await valueOf(hits('stale')), fresh: await valueOf(hits('fresh')) };
      const fallbacks = (await valueOf('model_config_fallback_usage_total'))!;
      const states = () =>
        Promise.all(
          ['ok', 'degraded', 'critical'].map((state) => valueOf(`service_state{state="${state}"}`)),
        );
      expect(await states()).toEqual([1, 0, 0]);
      await lastgood.proxy.mode('refuse');
      const reason = 'degraded{reason="postgres-unreachable:config"}';
      const fail = () => pollUntil(async () => (await valueOf(reason)) === 1, 'a poll failed');
      expect(await growth('model_config_db_failures_total', fail)).toBeGreaterThan(0);
      expect(await states()).toEqual([0, 1, 0]);
      expect(await valueOf('service_ready')).toBe(1);
      await lastgood.app.get<Cache>(CACHE_MANAGER).del('model-config:snapshot');
      for (let i = 0; i < 20; i++)
        expect((await lastgood.ask(read)).body).toMatchObject({ meta: { isStale: true } });
      expect((await valueOf(hits('stale')))! - before.stale!).toBe(20);
      expect((await valueOf('model_config_fallback_usage_total'))! - fallbacks).toBe(20);
      expect(await valueOf('degraded{reason="stale:model-config"}')).toBe(1);

      await lastgood.proxy.mode('pass');
      await pollUntil(async () => !(await lastgood.ask(read)).headers.has('degraded'), 'it is over');
      expect(await scrape()).not.toMatch(/^degraded\{/m);
      expect((await valueOf(hits('fresh')))!).toBeGreaterThan(before.fresh!);
    });

    it('no label holds a key, a URL, a course, a model or a name', async () => {
      const text = await scrape();
      // Of a route it is the template, which is ours and not the caller's.
      const labels = [...text.matchAll(/(\w+)="([^"]*)"/g)].filter(([, name]) => name !== 'route');
      expect(labels.length).toBeGreaterThan(2);
      for (const [, , value] of labels)
        expect(value).not.toMatch(/secret|\/|stage_|lg_|\bsnapshot\b|the viewer/);
    });
  });

  describe('in /docs-json (OP-4)', () => {
    let document: OpenApi;

    beforeAll(async () => {
      document = (await lastgood.ask<OpenApi>('/docs-json', { as: 'viewer' })).body;
    });

    const operations = () =>
      Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => ({
          path,
          method: method.toUpperCase(),
          operation,
        })),
      );
    const bodyOf = (path: string) =>
      document.paths[path]!.put!.requestBody!.content['application/json']!.schema;

    it('every route of the router is documented, and nothing that is none', () => {
      const routed = registeredRoutes(lastgood.app).filter((route) => !/^HEAD | \/docs/.test(route));
      const documented = operations().map(({ method, path }) => `${method} ${path}`);
      expect(documented.toSorted()).toEqual(routed.map(asTemplate).toSorted());
    });

    it('every operation says what it does, and which key it needs', () => {
      for (const { path, operation } of operations()) {
        expect([path, operation.summary]).toEqual([path, expect.stringMatching(/\w{3}/)]);
        const isOpen = ['/health/live', '/health/ready', '/webhooks/catalog'].includes(path);
        expect([path, operation.security ?? []]).toEqual([path, isOpen ? [] : [{ bearer: [] }]]);
      }
    });

    it('the parameters of each path are those in its template', () => {
      for (const { path, operation } of operations()) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const told = (operation.parameters ?? [])
          .filter((each) => each.in === 'path')
          .map(({ name }) => name);
        expect([path, told]).toEqual([path, named]);
      }
    });

    it('schemas come from zod: limits of parameters and of bodies, and no other key', () => {
      const { parameters } = document.paths['/api/v1/config/phases/{phase}']!.get!;
      expect(parameters!.find(({ name }) => name === 'phase')!.schema).toMatchObject({
        pattern: '^[a-z][a-z0-9_]{0,99}$',
      });
      const names = parameters!.map(({ name }) => name);
      expect(names).toEqual([
        'x-min-version',
        'phase',
        'language',
        'tokenCount',
        'courseId',
        'jobId',
        'If-None-Match',
      ]);

      const phase = bodyOf('/admin/phases/{phase}');
      expect(phase).toMatchObject({ required: ['settings', 'reason'], additionalProperties: false });
      expect(phase.properties!.settings).toMatchObject({
        additionalProperties: false,
        properties: { temperature: { minimum: 0, maximum: 2 }, maxTokens: { minimum: 1, maximum: 200_000 } },
        required: ['modelId', 'temperature', 'maxTokens', 'maxContextTokens', 'maxRetries'],
      });
      expect(Object.keys(bodyOf('/admin/judges/{language}').properties!.settings!.properties!)).toEqual([
        'primary',
        'secondary',
        'tiebreaker',
        'independenceWaiver',
      ]);
      expect(bodyOf('/admin/models/{path}').properties!.settings!.properties).toMatchObject({
        status: { enum: ['active', 'deprecated', 'retired'] },
      });
    });

    it('each PUT tells of the precondition that it asks for', () => {
      const puts = operations().filter(
        ({ method, path }) => method === 'PUT' && /^\/admin\/(phases|judges|models)\//.test(path),
      );
      expect(puts).toHaveLength(3);
      for (const { operation } of puts)
        expect(operation.parameters).toContainEqual(
          expect.objectContaining({ name: 'If-Match', in: 'header' }),
        );
    });
  });
});
