import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/index.js';

/** What may stand in no log line, wherever it appears (two levels deep). */
const secrets = ['authorization', 'password', 'apiKey', 'token', 'secret', 'databaseUrl'];

/** What a database error quotes of the values that were written. */
const quotes = ['err.parameters', 'err.detail', 'err.driverError.detail'];

/** JSON lines; secrets are cut out by the logger, not by discipline. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [...secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), ...quotes],
        censor: '[secret]',
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
