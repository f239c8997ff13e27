import { Column, Entity, PrimaryColumn } from 'typeorm';

export type TemplateStatus = 'active' | 'removed';

/** A version of a prompt template (PR-1). It never changes; the database refuses more than its removal. */
@Entity({ schema: 'lastgood', name: 'prompt_templates' })
export class PromptTemplateEntity {
  @PrimaryColumn('text', { name: 'node_name' })
  nodeName!: string;

  /** Canonical BCP 47, or `any`. */
  @PrimaryColumn('text')
  language!: string;

  /** From 1, per node and language. */
  @PrimaryColumn('integer')
  version!: number;

  /** LiquidJS; `null` where the template has none. */
  @Column('text', { nullable: true })
  system!: string | null;

  /** LiquidJS. */
  @Column('text')
  body!: string;

  /** Sorted. */
  @Column('text', { name: 'required_dynamic_placeholders', array: true })
  requiredDynamicPlaceholders!: string[];

  @Column('integer', { name: 'cache_ttl_s', default: 3600 })
  cacheTtlSeconds!: number;

  @Column('boolean', { name: 'allow_stale', default: false })
  allowStale!: boolean;

  @Column('text', { default: 'active' })
  status!: TemplateStatus;

  /** Why it was made. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('text', { name: 'created_by', default: () => 'current_user' })
  createdBy!: string;
}
