import { SourceRequestError } from './source-request.error.js';

const defaultPorts: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };

/** `host:port` in lower case, with the port also where the protocol tells it. */
export const hostPort = ({
  protocol,
  hostname,
  port,
}: {
  protocol: string;
  hostname: string;
  port: string;
}) => `${hostname}:${port === '' ? defaultPorts[protocol] : port}`;

/** As it is written, so that nothing is allowed by what it is turned into. */
function writtenHostPort(text: string, url: URL): string | null {
  const written = /^\s*[a-z][a-z0-9+.-]*:[/\\]{2}([^/\\?#]*)/i.exec(text)?.[1];
  if (written === undefined) return null;
  return /:\d+$/.test(written) ? written : `${written}:${defaultPorts[url.protocol]}`;
}

/**
 * A URL that may be asked, as far as that can be told before its host is resolved.
 * @param allowed `host:port` in lower case, for which `http:` and private addresses are in order
 * @param base what a redirect is relative to
 * @throws SourceRequestError `address` or `protocol`, and `redirect` for one from `https:` to `http:`
 */
export function readTarget(text: string, allowed: ReadonlySet<string>, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new SourceRequestError('address', 'The URL cannot be parsed');
  const url = new URL(text, base);
  if (defaultPorts[url.protocol] === undefined)
    throw new SourceRequestError('protocol', `A source is asked by https:, not by ${url.protocol}`);
  if (base?.protocol === 'https:' && url.protocol !== 'https:')
    throw new SourceRequestError('redirect', `${base.host} leads from https: to ${url.protocol}`);
  if (url.username !== '' || url.password !== '')
    throw new SourceRequestError('address', 'A URL of a source has no credentials');
  const host = hostPort(url);
  const isAllowed = allowed.has(host);
  if (isAllowed && (writtenHostPort(text, url) ?? host) !== host)
    throw new SourceRequestError('address', `${host} is allowed as it stands in the settings, not otherwise`);
  if (url.protocol !== 'https:' && !isAllowed)
    throw new SourceRequestError('protocol', `${host} may be asked by https: alone`);
  return url;
}
