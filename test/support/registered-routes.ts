import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Every route that the router knows, as `GET /admin/phases/:phase`. */
export function registeredRoutes(app: NestFastifyApplication): string[] {
  const tree = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const parents: string[] = [];
  return tree
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const [, indent, part, methods] = /^([│ ]*)[├└]── (.*?) \(([A-Z, ]+)\)$/.exec(line) ?? [];
      if (indent === undefined) throw new Error(`This line of the router's was not understood: ${line}`);
      const depth = indent.length / 4;
      const parent = parents[depth - 1] ?? '';
      // The router prints `/a` and `/a/*` as `/a` and `*`.
      parents[depth] = part === '*' && !parent.endsWith('/') ? `${parent}/*` : parent + part;
      return methods!.split(', ').map((method) => `${method} ${parents[depth]}`);
    });
}
