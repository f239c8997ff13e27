import type { Limit } from '../../core/index.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** Everything that can be set, frozen; nothing else in the process reads the environment. */
export interface Settings {
  readonly http: { readonly port: number; readonly host: string };
  readonly dataDir: string;
  readonly database: {
    /** `null`: an embedded Postgres under `dataDir`. */
    readonly url: string | null;
  };
  readonly changeFeed: 'listen' | 'poll';
  readonly logLevel: LogLevel;
  readonly modelConfig: {
    readonly coldStart: 'last-known-good' | 'fail';
    readonly maxAgeMs: number | undefined;
    readonly staleIfErrorMs: Limit | undefined;
    readonly staleAlarmMs: number;
  };
}
