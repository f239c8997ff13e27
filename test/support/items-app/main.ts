import 'reflect-metadata';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { parseConfig } from '../../../src/platform/config/index.js';
import { ItemsModule } from './items.module.js';
import { itemsRoutes } from './items.routes.js';

/** A process with keyed namespaces and the least of HTTP before them: `test/support/items-node.ts` starts it. */
const app = await NestFactory.createApplicationContext(ItemsModule.forRoot(parseConfig(process.env)), {
  logger: false,
  abortOnError: false,
});
const routes = itemsRoutes(app);
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://node');
  const route = routes[pathname]!;
  void route(Object.fromEntries(searchParams)).then((answer) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ msg: 'listening', url: `http://127.0.0.1:${port}` })}\n`);
});
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void app.close().then(() => process.exit(0));
});
