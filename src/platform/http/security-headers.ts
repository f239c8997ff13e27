import fastifyHelmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { fastify } from 'fastify';

type Headers = Readonly<Record<string, string>>;

export interface SecurityHeaders {
  /** What an API says: there is nothing here that a browser may run, frame or guess the type of. */
  readonly api: Headers;
  /** The pages of `/docs`: their own scripts, and none that stands in the page. */
  readonly docs: Headers;
}

/** For browsers that nobody runs any more, and pages that do not exist: bytes in every answer. */
const needless = {
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  dnsPrefetchControl: false,
  ieNoOpen: false,
  permittedCrossDomainPolicies: false,
  xssFilter: false,
} as const;

const optionsWith = (directives: Record<string, string[]>): FastifyHelmetOptions => ({
  ...needless,
  contentSecurityPolicy: { useDefaults: false, directives },
  frameguard: { action: 'deny' },
  // What other hosts of the domain speak is not ours to say.
  hsts: { includeSubDomains: false },
});

const shut = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };

/**
 * What `@fastify/helmet` sets, asked for once: it would make the same texts anew for each request, and answers that
 * are made below the hooks would have none.
 */
export async function securityHeaders(): Promise<SecurityHeaders> {
  const [api, docs] = await Promise.all([
    headersOf(optionsWith(shut)),
    headersOf(
      optionsWith({
        ...shut,
        scriptSrc: ["'self'"],
        // Swagger's page has its styles in it, and images as data.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      }),
    ),
  ]);
  return { api, docs };
}

async function headersOf(options: FastifyHelmetOptions): Promise<Headers> {
  const bare = fastify();
  bare.get('/', (_, reply) => reply.send());
  const without = await bare.inject('/');
  const helmeted = fastify();
  await helmeted.register(fastifyHelmet, options);
  helmeted.get('/', (_, reply) => reply.send());
  const { headers } = await helmeted.inject('/');
  await Promise.all([bare.close(), helmeted.close()]);
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !(name in without.headers))
      .map(([name, value]) => [name, String(value)]),
  );
}
