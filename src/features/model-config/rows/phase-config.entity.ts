import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export type ContextTier = 'standard' | 'extended';

/** Which model a phase uses, for a course or all, a language or `any`, and a context tier (MC-2). */
@Entity({ schema: 'lastgood', name: 'phase_configs' })
export class PhaseConfigEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column('text')
  phase!: string;

  /** `null` holds for every course without a row of its own. */
  @Column('text', { name: 'course_id', nullable: true })
  courseId!: string | null;

  /** A BCP 47 tag, or `any`. */
  @Column('text')
  language!: string;

  @Column('text', { name: 'context_tier' })
  contextTier!: ContextTier;

  @Column('text', { name: 'model_id' })
  modelId!: string;

  @Column('text', { name: 'fallback_model_id', nullable: true })
  fallbackModelId!: string | null;

  @Column('double precision')
  temperature!: number;

  @Column('integer', { name: 'max_tokens' })
  maxTokens!: number;

  @Column('integer', { name: 'max_context_tokens' })
  maxContextTokens!: number;

  @Column('double precision', { name: 'quality_threshold', nullable: true })
  qualityThreshold!: number | null;

  @Column('integer', { name: 'max_retries' })
  maxRetries!: number;

  @Column('integer', { name: 'timeout_ms', nullable: true })
  timeoutMs!: number | null;

  @Column('boolean', { name: 'cache_read_enabled' })
  cacheReadEnabled!: boolean;

  @Column('text', { name: 'updated_by' })
  updatedBy!: string;
}
