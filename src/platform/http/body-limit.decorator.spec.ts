import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, RouteConfig, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { BodyLimit } from './index.js';
import { applyBodyLimit } from './body-limit.decorator.js';

@Controller()
class Probe {
  @Post('small')
  @HttpCode(200)
  @BodyLimit(20)
  @RouteConfig({ other: true })
  small(@Body() body: unknown): unknown {
    return body;
  }

  @Post('large')
  @HttpCode(200)
  @BodyLimit(2_000)
  large(): string {
    return 'taken';
  }

  @Post('plain')
  @HttpCode(200)
  plain(): string {
    return 'taken';
  }
}

@Module({ controllers: [Probe] })
class ProbeModule {}

describe('@BodyLimit (OP-4)', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const adapter = new FastifyAdapter({ bodyLimit: 1_000 });
    adapter.getInstance().addHook('onRoute', applyBodyLimit);
    app = await NestFactory.create<NestFastifyApplication>(ProbeModule, adapter, { logger: false });
    await app.init();
  });

  afterAll(() => app.close());

  const post = async (url: string, bytes: number) => {
    const payload = JSON.stringify('x'.repeat(bytes - 2));
    const headers = { 'content-type': 'application/json' };
    return (await app.inject({ method: 'POST', url, payload, headers })).statusCode;
  };

  it.each([
    ['/small', 20],
    ['/plain', 1_000],
    ['/large', 2_000],
  ])('%s takes %i bytes and not one more', async (url, limit) => {
    expect([await post(url, limit), await post(url, limit + 1)]).toEqual([200, 413]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %p bytes when it is written', (bytes) => {
    expect(() => BodyLimit(bytes)).toThrow(/BodyLimit: must be a whole number of bytes from 1; got/);
  });
});
