import type { Role } from './role.js';

/** Who is calling. */
export interface Identity {
  /** The key's prefix, or `jwt:` and the subject of a token. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}
