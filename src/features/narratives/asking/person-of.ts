import type { Identity } from '../../../platform/security/index.js';

const token = 'jwt:';

/** The person whose own token this is; `null` of an API key, which is a service. */
export const personOf = ({ id }: Identity): string | null =>
  id.startsWith(token) ? id.slice(token.length) : null;
