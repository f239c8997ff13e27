import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ModelStatus = 'active' | 'deprecated' | 'retired';

/** A model of the catalogue (MC-1). Prices are US dollars per million tokens. */
@Entity({ schema: 'lastgood', name: 'models' })
export class ModelEntity {
  /** `vendor/name`. */
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  /** Lineage; two judges of one family are not independent. */
  @Column('text')
  family!: string;

  @Column('integer', { name: 'max_context_tokens' })
  maxContextTokens!: number;

  @Column('double precision', { name: 'input_usd_per_mtok' })
  inputUsdPerMtok!: number;

  @Column('double precision', { name: 'output_usd_per_mtok' })
  outputUsdPerMtok!: number;

  @Column('boolean', { name: 'supports_cache_read' })
  supportsCacheRead!: boolean;

  @Column('text')
  status!: ModelStatus;

  @Column('timestamptz', { name: 'retires_at', nullable: true })
  retiresAt!: Date | null;

  @Column('text', { name: 'replacement_id', nullable: true })
  replacementId!: string | null;

  @Column('text', { name: 'updated_by' })
  updatedBy!: string;
}
