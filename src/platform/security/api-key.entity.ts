import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from './role.js';

/** What is stored of an API key: enough to know it again, not enough to use it. */
@Entity({ schema: 'lastgood', name: 'api_keys' })
export class ApiKeyEntity {
  @PrimaryColumn('text')
  prefix!: string;

  @Column('text')
  name!: string;

  @Column('text')
  role!: Role;

  /** Hex, of the whole key. */
  @Column('text')
  sha256!: string;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
