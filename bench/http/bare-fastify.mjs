// The floor: the same bytes, from the same object, by Fastify alone.
import { createRequire } from 'node:module';

const fastify = createRequire(new URL('../../package.json', import.meta.url))('fastify');
const body = JSON.parse(process.env.BODY);
const headers = JSON.parse(process.env.HEADERS);
const app = fastify();
app.get('/api/v1/config/phases/:phase', async (_request, reply) => {
  reply.headers(headers);
  return body;
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ url }));
process.once('SIGTERM', () => process.exit(0));
