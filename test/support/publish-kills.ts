import { join } from 'node:path';
import { HttpClient, type Answer } from './http-client.js';
import { ServerProcess } from './server-process.js';
import { tempFolder } from './temp-folder.js';
import { sampleDocument, type TestApp } from './test-app.js';

const kinds = ['row', 'panel', 'import'] as const;
type Kind = (typeof kinds)[number];

/** Rows that a whole publication of a kind writes. */
const rowsOf: Record<Kind, number> = { row: 1, panel: 3, import: 500 };
/** Processes that publish, and die, side by side. */
const atOnce = 4;
const path = '/admin/phases/global_default';
const everything = join(__dirname, '..', '..', 'dist', 'src', 'main.js');

interface Published {
  readonly version: number;
  readonly replayed: boolean;
}

interface Attempt {
  readonly n: number;
  readonly kind: Kind;
  /** `null`: the process was killed before it answered. */
  answer: Answer<Published> | null;
}

interface Recorded {
  readonly version: number;
  readonly rows: number;
}

/**
 * Publishes through processes that are killed at random instants of it (MC-18): single rows, panels and imports, each
 * with an Idempotency-Key; and asks for each again afterwards.
 */
export class PublishKills {
  readonly problems: string[] = [];
  acknowledged = 0;
  committed = 0;
  kills = 0;
  /** How long an undisturbed publish of a kind took, ms. */
  private readonly typicalMs: Record<Kind, number> = { row: 30, panel: 30, import: 150 };

  constructor(
    private readonly lastgood: TestApp,
    private readonly random: () => number,
  ) {}

  async run(kills: number): Promise<void> {
    const { settings } = await this.lastgood.row(path);
    await this.lastgood.put(`${path}?courseId=kill`, settings, null);
    for (const kind of kinds) await this.measure(kind);
    while (this.kills < kills) await this.round(Math.min(atOnce, kills - this.kills));
  }

  private async measure(kind: Kind): Promise<void> {
    const start = performance.now();
    const { status, text } = await this.publish(
      this.lastgood,
      kind,
      1_000 + kinds.indexOf(kind),
      `measure ${kind}`,
    );
    if (status >= 300) throw new Error(text);
    this.typicalMs[kind] = performance.now() - start;
  }

  private async round(size: number): Promise<void> {
    const attempts = await Promise.all(Array.from({ length: size }, () => this.attempt(this.kills++)));
    for (const attempt of attempts) await this.check(attempt);
  }

  private async attempt(n: number): Promise<Attempt> {
    const server = new ServerProcess(
      { DATABASE_URL: this.lastgood.databaseUrl, DATA_DIR: tempFolder('kill'), CACHE_DISK_MAX_BYTES: 'none' },
      [everything],
    );
    const client = new HttpClient(this.lastgood.keys);
    client.url = await server.url();
    const attempt: Attempt = { n, kind: kinds[n % kinds.length]!, answer: null };
    const asking = this.publish(client, attempt.kind, marker(n), reasonOf(n)).then(
      (answer) => void (attempt.answer = answer),
      () => undefined,
    );
    const killing = setTimeout(
      () => server.kill('SIGKILL'),
      this.random() * 1.3 * this.typicalMs[attempt.kind],
    );
    await asking;
    clearTimeout(killing);
    server.kill('SIGKILL');
    await server.exit();
    return attempt;
  }

  /** Nothing, or all of it, once; and asked again, the first answer or the change. */
  private async check({ n, kind, answer }: Attempt): Promise<void> {
    const problem = (text: string) => void this.problems.push(`${kind} ${n}: ${text}`);
    const before = await this.recorded(n);
    if (before.length > 1) problem(`is in the history ${before.length} times`);
    for (const { rows } of before)
      if (rows !== rowsOf[kind]) problem(`${rows} of ${rowsOf[kind]} rows were published`);
    if (before.length > 0) this.committed++;
    if (answer !== null) {
      this.acknowledged++;
      if (answer.status >= 300) problem(`was answered ${answer.status}: ${answer.text}`);
      if (before[0]?.version !== answer.body.version) problem('was acknowledged, and is lost');
    }
    const again = await this.publish(this.lastgood, kind, marker(n), reasonOf(n));
    if (again.status >= 300) return problem(`asked again: ${again.status} ${again.text}`);
    const after = await this.recorded(n);
    if (after.length !== 1 || after[0]!.rows !== rowsOf[kind])
      problem(`asked again, it is there ${after.length} times`);
    if (again.body.replayed !== before.length > 0) problem(`asked again, replayed is ${again.body.replayed}`);
    if (again.body.version !== after[0]?.version) problem('asked again, another version is told');
  }

  private recorded(n: number): Promise<Recorded[]> {
    return this.lastgood.sql<Recorded & Record<string, unknown>>(
      `SELECT v.version::float8 AS version,
         (SELECT count(*)::integer FROM lastgood.config_history h WHERE h.version = v.version) AS rows
       FROM lastgood.config_versions v WHERE v.reason = $1`,
      [reasonOf(n)],
    );
  }

  private publish(client: HttpClient, kind: Kind, value: number, reason: string): Promise<Answer<Published>> {
    const headers = { 'idempotency-key': reason.replaceAll(' ', '-') };
    const { phases, judges } = sampleDocument();
    if (kind === 'row') {
      const { modelId, temperature, maxContextTokens, maxRetries } = phases[0]!;
      const settings = { modelId, temperature, maxContextTokens, maxRetries, maxTokens: value };
      return client.put(`${path}?courseId=kill`, settings, null, {
        headers: { ...headers, ...anyVersion },
        body: { settings, reason },
      });
    }
    if (kind === 'panel') {
      const { language, ...panel } = judges.find((each) => each.language === 'en')!;
      const weight = value / 10_000;
      const roles = ['primary', 'secondary', 'tiebreaker'] as const;
      const settings = {
        ...panel,
        ...Object.fromEntries(roles.map((role) => [role, { ...panel[role], weight }])),
      };
      const body = { settings, reason };
      return client.put(`/admin/judges/${language}`, settings, null, {
        headers: { ...headers, ...anyVersion },
        body,
      });
    }
    const rows = Array.from({ length: rowsOf.import }, (_, i) => ({
      ...phases[0]!,
      courseId: `import-${i}`,
      maxTokens: value,
    }));
    return client.ask(`/admin/config/import?reason=${encodeURIComponent(reason)}`, {
      method: 'POST',
      as: 'admin',
      headers: { ...headers, 'if-match': '*' },
      body: { models: [], phases: rows, judges: [], reserves: [] },
    });
  }
}

/** Made where it is not there, replaced where it is. */
const anyVersion = { 'if-match': '*' };
const marker = (n: number): number => 2_000 + n;
const reasonOf = (n: number): string => `kill number ${n}`;
