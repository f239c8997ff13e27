import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Every route that the router knows, as `GET /admin/phases/:phase`. */
export function registeredRoutes(app: NestFastifyApplication): string[] {
  // The other form of the tree names no parent of a wildcard that has no route of its own.
  const tree = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: true });
  const parents: string[] = [];
  return tree
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const [, indent, part, methods] = /^([│ ]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
      if (indent === undefined) throw new Error(`This line of the router's was not understood: ${line}`);
      const depth = indent.length / 4;
      parents[depth] = (parents[depth - 1] ?? '') + part;
      return methods?.split(', ').map((method) => `${method} ${parents[depth]}`) ?? [];
    });
}
