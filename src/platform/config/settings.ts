import type { BucketRate, Limit, Switches } from '../../core/index.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** Whose tokens are taken. Of `secret` and `keySetUrl` one is `null`. */
export interface JwtSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly secret: string | null;
  readonly keySetUrl: string | null;
  /** The claim that names the role. */
  readonly roleClaim: string;
}

/** When a lesson is good, and when enough was tried. Scores and differences are 0..1. */
export interface LessonLimitSettings {
  readonly acceptScore: number;
  readonly goodEnoughScore: number;
  /** Drafts, the first included. */
  readonly maxIterations: number;
  readonly maxTokens: number;
  readonly maxMs: number;
  readonly agreementThreshold: number;
}

/** The catalogue: `null` and empty lists are what is off. */
export interface CatalogSettings {
  /** Of the content service; `null`: there is no catalogue. */
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
  /** How long views are fresh. */
  readonly maxAge: {
    readonly configMs: number;
    readonly publisherMs: number;
    readonly bookMs: number;
    readonly logoMs: number;
  };
  readonly webhooks: {
    /** `whsec_…`. */
    readonly secrets: readonly string[];
    /** Of the older form. */
    readonly legacySecrets: readonly string[];
    /** How long the log is kept. */
    readonly keepMs: number;
    /** Both or neither. */
    readonly registration: { readonly at: string; readonly url: string } | null;
  };
}

/** Everything that can be set, frozen; nothing else in the process reads the environment. */
export interface Settings {
  readonly http: {
    readonly port: number;
    readonly host: string;
    /** How many proxies there are before us, or their addresses and CIDR ranges. */
    readonly trustProxy: number | readonly string[];
    /** Between "not ready" and the closing of the port. */
    readonly shutdownDelayMs: number;
  };
  /** For commands that ask a server: which, and as whom. */
  readonly client: { readonly url: string | null; readonly key: string | null };
  readonly dataDir: string;
  readonly database: {
    /** `null`: an embedded Postgres under `dataDir`. */
    readonly url: string | null;
  };
  /** Whether the start changes the schema of the database, or waits until somebody has. */
  readonly migratesOnStart: boolean;
  readonly redis: {
    /** `null`: there is none. */
    readonly url: string | null;
    readonly evictionPolicy: string;
    readonly applyEvictionPolicy: boolean;
    /** How long one question may take, where no reader waits for it; without it, as long as readers are to wait. */
    readonly deadlineMs?: number;
  };
  readonly access: {
    /** `null`: no tokens are taken, API keys alone. */
    readonly jwt: JwtSettings | null;
    /** Opens `/metrics` alone; `null`: there is none. A secret. */
    readonly metricsToken: string | null;
    /** Of calls to admin routes, by each identity and from each address. */
    readonly adminRate: BucketRate;
  };
  readonly cache: {
    readonly prefix: string;
    /** What is on in every namespace that is not switched otherwise. */
    readonly switches: Readonly<Switches>;
    /** How long values are fresh, in namespaces without a policy of their own. */
    readonly staleAfterMs: number;
    /** How long the tiers beyond memory keep anything that is not pinned. */
    readonly maxTtlMs: number;
    readonly maxValueBytes: number;
    readonly compressFromBytes: number;
    readonly memoryMaxEntries: number;
    readonly memoryMaxBytes: number;
    /** `null`: nothing is kept on disk. */
    readonly diskMaxBytes: number | null;
  };
  /** Where long outages are told of; `null`: nowhere. Both hold secrets. */
  readonly alerts: { readonly sentryDsn: string | null; readonly webhookUrl: string | null };
  /** How models are asked. */
  readonly llm: {
    readonly baseUrl: string;
    /** `null`: they are not. */
    readonly apiKey: string | null;
    /** The deadline of one model's call where the configuration has none. */
    readonly timeoutMs: number;
  };
  readonly changeFeed: 'listen' | 'poll';
  readonly logLevel: LogLevel;
  readonly modelConfig: {
    readonly coldStart: 'last-known-good' | 'fail';
    readonly maxAgeMs: number | undefined;
    readonly staleIfErrorMs: Limit | undefined;
    readonly staleAlarmMs: number;
    /** How long a released job's pin is kept. */
    readonly pinRetentionMs: number;
    /** Signs snapshots that operators carry from one process to another; `null`: none are made or taken. */
    readonly snapshotSecret: string | null;
  };
  readonly lessons: {
    /** Lessons that this process writes at once; 0: it takes none. */
    readonly concurrency: number;
    /** Of each lesson that is ordered here. */
    readonly limits: LessonLimitSettings;
  };
  readonly narratives: {
    /** Part of every key. */
    readonly engine: string;
    /** In the place of the hash of template and phase, 10 hexadecimal digits; `null`: that hash. */
    readonly promptHash: string | null;
  };
  readonly signals: {
    /** Absolute. */
    readonly runtimeFile: string;
    /** `host:port` in lower case. */
    readonly allowedHosts: readonly string[];
    /** By name. */
    readonly secrets: Readonly<Record<string, string>>;
  };
  readonly catalog: CatalogSettings;
}
