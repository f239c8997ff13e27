import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InjectMetric, makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { FastifyInstance } from 'fastify';
import type { Counter, Histogram } from 'prom-client';

export const httpMetrics = [
  makeHistogramProvider({
    name: 'http_request_seconds',
    help: 'Time from a request to its answer, by the template of the route',
    labelNames: ['route'],
    // Around 10 ms, which is what a cached answer may take.
    buckets: [0.001, 0.002_5, 0.005, 0.007_5, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1, 5],
  }),
  makeCounterProvider({
    name: 'http_requests_total',
    help: 'Requests answered, by the template of the route',
    labelNames: ['route', 'status_class'],
  }),
];

/** CA-9: every answer of the HTTP server, without a URL that a caller chose. */
@Injectable()
export class HttpMetrics {
  constructor(
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @InjectMetric('http_request_seconds') seconds: Histogram,
    @InjectMetric('http_requests_total') requests: Counter,
  ) {
    // In the constructor: a hook applies to routes that are registered after it.
    host.httpAdapter.getInstance<FastifyInstance>().addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      // A stream of events lasts as long as whatever it tells of: that says nothing of how quick we are.
      const isStream = String(reply.getHeader('content-type')).startsWith('text/event-stream');
      if (!isStream) seconds.observe({ route }, reply.elapsedTime / 1000);
      requests.inc({ route, status_class: `${Math.floor(reply.statusCode / 100)}xx` });
      done();
    });
  }
}
