import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client, type QueryResultRow } from 'pg';
import { pino, type Logger } from 'pino';
import { AppModule } from '../../src/app.module.js';
import type { ConfigDocument } from '../../src/features/model-config/rows/config-document.js';
import { ConfigPublisher, readConfigDocument } from '../../src/features/model-config/index.js';
import { readPromptDocument } from '../../src/features/prompts/documents/read-prompt-document.js';
import type { PromptDocument } from '../../src/features/prompts/documents/prompt-document.js';
import { PromptImporter } from '../../src/features/prompts/documents/prompt-importer.js';
import { localCall } from '../../src/platform/audit/index.js';
import { CoherenceService } from '../../src/platform/cache/index.js';
import { parseConfig } from '../../src/platform/config/index.js';
import { DatabaseService } from '../../src/platform/database/index.js';
import { closeGently, createHttpApp } from '../../src/platform/http/index.js';
import { LOGGER } from '../../src/platform/observability/index.js';
import { ApiKeyRepository, Authenticator, roles, type Role } from '../../src/platform/security/index.js';
import type { TcpFaultProxy } from '../../src/testing/tcp-fault-proxy.js';
import { HttpClient } from './http-client.js';
import { pollUntil } from './poll-until.js';
import { tempFolder } from './temp-folder.js';
import { createTestDatabase } from './test-database.js';
import { throughProxy } from './through-proxy.js';
import { unthrottled } from './unthrottled.js';
import { withoutProbes } from './without-probes.js';

const writableWithinMs = 30_000;

/** A line of the log, as it is written. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface TestAppOptions {
  /** As in the environment: `{ MODEL_CONFIG_MAX_AGE_MS: '2000' }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another app, whose database and keys this one shares. Without it: a database of its own, with the sample. */
  readonly beside?: TestApp;
  /** Called when everything is made, before anything of it has begun. */
  readonly prepare?: (app: NestFastifyApplication) => void;
}

/** The whole application as it runs in production, with a fault proxy before its database. */
export class TestApp extends HttpClient {
  readonly logs: LogLine[] = [];

  private constructor(
    readonly app: NestFastifyApplication,
    /** Past the proxy. */
    readonly databaseUrl: string,
    readonly proxy: TcpFaultProxy,
    keys: Record<Role, string>,
    private readonly drop: () => Promise<void>,
  ) {
    super(keys);
  }

  static async start({ env = {}, beside, prepare }: TestAppOptions = {}): Promise<TestApp> {
    const database = beside ? null : await createTestDatabase();
    const url = beside?.databaseUrl ?? database!.url;
    const { proxy, proxied } = await throughProxy(url);
    const own = {
      DATA_DIR: tempFolder('app'),
      LOG_LEVEL: 'info',
      DATABASE_URL: proxied,
      LLM_API_KEY: 'a-key-of-the-tests',
    };
    const make = async () =>
      createHttpApp(AppModule.forRoot(parseConfig({ ...unthrottled, ...own, ...env })));
    const app = await make().catch(async (error: unknown) => {
      await proxy.close();
      await database?.drop();
      throw error;
    });
    const keys = beside?.keys ?? { client: '', viewer: '', editor: '', writer: '', admin: '' };
    const self = new TestApp(app, url, proxy, keys, async () => database?.drop());
    self.recordLog();
    withoutProbes(app);
    try {
      prepare?.(app);
      await app.init();
      await app.listen(0, '127.0.0.1');
      self.url = await app.getUrl();
      // A process reads before it can write: that only its pool for writing is behind is no matter of any test.
      if (env['DATABASE_URL'] === undefined) await app.get(DatabaseService).whenReady(writableWithinMs);
      if (!beside) await self.fill();
    } catch (error) {
      await self.dispose();
      throw error;
    }
    return self;
  }

  /** Makes a key; waits until this process knows it. */
  async makeKey(role: Role, expiresAt: Date | null = null): Promise<string> {
    let made = '';
    const hand = (key: string) => void (made = key);
    await this.app
      .get(ApiKeyRepository)
      .create(`the ${role}`, role, expiresAt, hand, localCall('test', 'test'));
    const isOver = expiresAt !== null && expiresAt.getTime() <= Date.now();
    if (!isOver) await pollUntil(() => this.knows(made), 'the new key is known');
    return made;
  }

  async knows(key: string): Promise<boolean> {
    return (await this.app.get(Authenticator).identify(`Bearer ${key}`)) !== null;
  }

  /** Plain SQL, past the application and the proxy. */
  async sql<R extends QueryResultRow>(statement: string, parameters: unknown[] = []): Promise<R[]> {
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<R>(statement, parameters);
      return rows;
    } finally {
      await client.end();
    }
  }

  /** The configuration's version in the database. */
  async version(): Promise<number> {
    const [row] = await this.sql<{ version: number }>(
      `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'config'`,
    );
    return row!.version;
  }

  /** Waits until this process has refused to serve a version, which makes what it serves stale. */
  async refused(version: number): Promise<void> {
    await this.app.get(CoherenceService).whenApplied('config', version, 5_000);
    const isStale = async () =>
      (await this.ask<{ meta: { isStale: boolean } }>('/api/v1/config/snapshot')).body.meta.isStale;
    await pollUntil(isStale, `version ${version} is refused`);
  }

  /** As a process ends: a connection that becomes idle meanwhile would live on for its keep-alive, of 72 s. */
  async dispose(): Promise<void> {
    await closeGently(this.app, false);
    await this.proxy.close();
    await this.drop();
  }

  private async fill(): Promise<void> {
    for (const role of roles) this.keys[role] = await this.makeKey(role);
    await this.app.get(ConfigPublisher).import(sampleDocument(), {
      kind: 'import',
      call: localCall('test', 'test'),
      reason: 'the sample configuration',
    });
    await this.app.get(PromptImporter).import(samplePrompts(), {
      call: localCall('test', 'test'),
      reason: 'the sample prompts',
    });
  }

  /** The process's own logger, redaction included, writes to a list in place of stdout. */
  private recordLog(): void {
    const write = (text: string) => {
      const line: LogLine = JSON.parse(text);
      this.logs.push(line);
    };
    Reflect.set(this.app.get<Logger>(LOGGER), pino.symbols.streamSym, { write });
  }
}

export function sampleDocument(): ConfigDocument {
  return readConfigDocument(readFileSync(resolve('sample', 'model-config.yaml'), 'utf8'));
}

export function samplePrompts(): PromptDocument {
  return readPromptDocument(readFileSync(resolve('sample', 'prompts.yaml'), 'utf8'));
}
