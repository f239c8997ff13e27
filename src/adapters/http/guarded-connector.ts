import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { forbiddenAddress } from './forbidden-address.js';
import { hostPort } from './source-target.js';
import { SourceRequestError } from './source-request.error.js';

/** All addresses of a name; rejects where there are none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface GuardedConnectorOptions {
  /** Default: as the operating system does. */
  readonly resolve?: Resolve;
  /** `host:port`, whose addresses are not looked at. */
  readonly allowed: ReadonlySet<string>;
  /** For the addresses of a name, and then for one connection, TLS included. */
  readonly connectMs: number;
  /** What connects; for tests. */
  readonly build?: typeof buildConnector;
}

const resolveBySystem: Resolve = async (name) =>
  (await systemLookup(name, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Connects to public addresses alone. A name is resolved once, every one of its addresses is looked at, and the
 * connection goes to one of these: a second answer, which may be another, is never asked for.
 */
export function guardedConnector(options: GuardedConnectorOptions): buildConnector.connector {
  const { resolve = resolveBySystem, allowed, connectMs, build = buildConnector } = options;
  const unguarded = build({ timeout: connectMs });

  const connect = async (wanted: buildConnector.Options, callback: buildConnector.Callback) => {
    const host = wanted.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) === 0 ? await inTime(resolve(host), host, connectMs) : [host];
    for (const address of addresses) check(host, address);
    const guarded = build({ timeout: connectMs, lookup: lookupOf(addresses) });
    guarded(wanted, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const fault = faultOf(host, socket.remoteAddress ?? '');
      if (fault === null) return callback(null, socket);
      socket.destroy();
      callback(fault, null);
    });
  };
  return (wanted, callback) => {
    const name =
      wanted.hostname.includes(':') && !wanted.hostname.startsWith('[')
        ? `[${wanted.hostname}]`
        : wanted.hostname;
    if (allowed.has(hostPort({ ...wanted, hostname: name }))) return unguarded(wanted, callback);
    connect(wanted, callback).catch((error: Error) => callback(error, null));
  };
}

/** A request that waits for its connection cannot be aborted: without an end it would keep its place at the host. */
async function inTime<T>(resolving: Promise<T>, host: string, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    const late = new SourceRequestError('timeout', `No address of ${host} in time`);
    timer = setTimeout(() => reject(late), ms);
  });
  return Promise.race([resolving, overdue]).finally(() => clearTimeout(timer));
}

function faultOf(host: string, address: string): SourceRequestError | null {
  const why = forbiddenAddress(address);
  if (why === null) return null;
  return new SourceRequestError('address', `${host} is no public address (${why})`);
}

function check(host: string, address: string): void {
  const fault = faultOf(host, address);
  if (fault !== null) throw fault;
}

const lookupOf =
  (addresses: readonly string[]): LookupFunction =>
  (name, { all }, done) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (first === undefined)
      done(Object.assign(new Error(`${name} has no address`), { code: 'ENOTFOUND' }), '');
    else if (all) done(null, found);
    else done(null, first.address, first.family);
  };
