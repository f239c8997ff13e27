import type { RouteOptions } from 'fastify';

interface KnownRoute {
  readonly parts: readonly string[];
  readonly methods: readonly string[];
}

/** Every route that was added, to say of a path that no route took which methods it has. */
export class KnownRoutes {
  private readonly routes: KnownRoute[] = [];

  readonly add = ({ url, method }: RouteOptions): void => {
    this.routes.push({ parts: url.split('/'), methods: [method].flat() });
  };

  /** In order of the alphabet; empty for a path that nobody knows. */
  methodsOf(url: string): string[] {
    const given = pathOf(url).split('/');
    const found = this.routes.filter(({ parts }) => matches(parts, given));
    return [...new Set(found.flatMap(({ methods }) => methods))].toSorted();
  }
}

const pathOf = (url: string): string => /^[^?#]*/.exec(url)![0];

/** As the router does: a parameter is one part that is not empty, `*` is what remains. */
function matches(parts: readonly string[], given: readonly string[]): boolean {
  for (const [at, part] of parts.entries()) {
    if (part === '*') return given.length > at;
    const text = given[at];
    if (text === undefined || (part.startsWith(':') ? text === '' : decoded(text) !== part)) return false;
  }
  return parts.length === given.length;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
