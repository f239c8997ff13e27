import { SignalFlushes, SignalsOperatingModule } from '../features/signals/operating/index.js';
import { localCaller } from './local-caller.js';
import { print } from './print.js';
import { renderTable } from './render-table.js';
import { withContext } from './with-context.js';

interface FlushOptions {
  readonly type?: string;
  readonly where?: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly json?: boolean;
}

/** Servers that run are told through the database, and have forgotten within a second. */
export async function flushSignals({ reason, json = false, ...question }: FlushOptions): Promise<void> {
  await withContext(
    async (context) => {
      const call = localCaller('signals flush');
      const flushed = await context.get(SignalFlushes).flush(question, { call, reason });
      if (json) return print(JSON.stringify(flushed, null, 2));
      print(renderTable(flushed.map(({ type, version }) => ({ flushed: type, version }))));
    },
    [SignalsOperatingModule],
  );
}
