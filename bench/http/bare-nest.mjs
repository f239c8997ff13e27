// A Nest route that answers a constant object behind the same guard: what our route adds is left out.
import '../../dist/src/features/model-config/index.js';
import { Controller, Get, Module, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CacheCoreModule } from '../../dist/src/platform/cache/index.js';
import { ClockModule } from '../../dist/src/platform/clock/clock.module.js';
import { parseConfig, SettingsModule } from '../../dist/src/platform/config/index.js';
import { DatabaseModule } from '../../dist/src/platform/database/index.js';
import { ObservabilityModule } from '../../dist/src/platform/observability/index.js';
import { SecurityModule } from '../../dist/src/platform/security/index.js';

const body = JSON.parse(process.env.BODY);
const headers = JSON.parse(process.env.HEADERS);

class BareController {
  phase(reply) {
    reply.headers(headers);
    return body;
  }
}
const method = Object.getOwnPropertyDescriptor(BareController.prototype, 'phase');
Res({ passthrough: true })(BareController.prototype, 'phase', 0);
Get('phases/:phase')(BareController.prototype, 'phase', method);
Controller('api/v1/config')(BareController);

class BareModule {}
const settings = parseConfig({ ...process.env, LOG_LEVEL: 'silent' });
Module({
  imports: [
    SettingsModule.forRoot(settings),
    ClockModule,
    ObservabilityModule,
    DatabaseModule,
    CacheCoreModule,
    SecurityModule,
  ],
  controllers: [BareController],
})(BareModule);

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
console.log(JSON.stringify({ url: await app.getUrl() }));
process.once('SIGTERM', () => process.exit(0));
