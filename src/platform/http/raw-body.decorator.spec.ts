import { Body, Controller, HttpCode, Module, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, RouteConfig, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { BodyLimit, RawBody } from './index.js';
import { applyBodyLimit } from './body-limit.decorator.js';
import { addRawBodyParser, applyRawBody } from './raw-body.decorator.js';

@Controller()
class Probe {
  @Post('raw')
  @HttpCode(200)
  @BodyLimit(20)
  @RawBody()
  @RouteConfig({ other: true })
  raw(@Req() { body, headers }: FastifyRequest): unknown {
    const isBytes = Buffer.isBuffer(body);
    return { isBytes, hex: isBytes ? body.toString('hex') : null, name: headers['x-name'] };
  }

  @Post('parsed')
  @HttpCode(200)
  parsed(@Body() body: unknown): unknown {
    return { isBytes: Buffer.isBuffer(body), body };
  }
}

@Module({ controllers: [Probe] })
class ProbeModule {}

describe('@RawBody (CT-4)', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const adapter = new FastifyAdapter({ bodyLimit: 1_000 });
    adapter.getInstance().addHook('onRoute', applyBodyLimit).addHook('onRoute', applyRawBody);
    app = await NestFactory.create<NestFastifyApplication>(ProbeModule, adapter, { logger: false });
    addRawBodyParser(app.getHttpAdapter().getInstance());
    await app.init();
  });

  afterAll(() => app.close());

  const post = (url: string, payload: Buffer | undefined, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, headers, ...(payload && { payload }) });

  it.each([
    'application/json',
    'application/json; charset=utf-16',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'no/such/type at all',
    '',
  ])('gives the bytes as they came, of what is said to be "%s"', async (type) => {
    const bytes = Buffer.from('7b20ff00fe0d0a', 'hex');
    const answer = await post('/raw', bytes, { 'content-type': type, 'x-name': 'as sent' });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { isBytes: true, hex: '7b20ff00fe0d0a', name: 'as sent' },
    ]);
  });

  it('gives them without a content type too, and nothing where nothing came', async () => {
    expect((await post('/raw', Buffer.from('x'))).json()).toMatchObject({ hex: '78' });
    expect((await post('/raw', undefined)).statusCode).toBe(200);
  });

  it.each([true, false])('takes no byte more than the route allows (told the length: %s)', async (isTold) => {
    const headers: Record<string, string> = isTold ? {} : { 'transfer-encoding': 'chunked' };
    expect((await post('/raw', Buffer.alloc(20), headers)).statusCode).toBe(200);
    expect((await post('/raw', Buffer.alloc(21), headers)).statusCode).toBe(413);
  });

  it('changes nothing for other routes: JSON is parsed, and what was no type to them is none still', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await post('/parsed', Buffer.from('{"a":1}'), json)).json()).toEqual({
      isBytes: false,
      body: { a: 1 },
    });
    expect((await post('/parsed', Buffer.from('{'), json)).statusCode).toBe(400);
    for (const type of ['application/octet-stream', 'application/x-raw', 'text/csv'])
      expect((await post('/parsed', Buffer.from('x'), { 'content-type': type })).statusCode).toBe(415);
  });
});
