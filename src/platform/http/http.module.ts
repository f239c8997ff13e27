import { Global, Module, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { Draining } from './draining.js';
import { OpenConnections } from './open-connections.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestInvalidError } from './request-invalid.error.js';

/** A schema sees one value: of a path parameter its issues cannot say which it is. */
class RequestPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => new RequestInvalidError(issues) });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    try {
      return (await super.transform(value, metadata)) as T;
    } catch (error) {
      throw error instanceof RequestInvalidError && metadata.data ? error.inside(metadata.data) : error;
    }
  }

  /**
   * Nest would take every `constructor` and `prototype` out of what was sent, at any depth, and tell nobody. Fastify has
   * refused what could harm (`onProtoPoisoning`, `onConstructorPoisoning`): the rest is content like any other.
   */
  protected override stripProtoKeys(): void {}
}

/** How requests are checked and errors are told. */
@Global()
@Module({
  providers: [
    Draining,
    OpenConnections,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: RequestPipe },
  ],
  exports: [Draining, OpenConnections],
})
export class HttpModule {}
