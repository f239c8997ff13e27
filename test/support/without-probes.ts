import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CoherenceProbe } from '../../src/platform/cluster/index.js';

/** For tests that count the changes of the stream: this process sends no probe, however long they take. */
export function withoutProbes(app: NestFastifyApplication): void {
  Reflect.set(app.get(CoherenceProbe), 'send', async () => undefined);
}
