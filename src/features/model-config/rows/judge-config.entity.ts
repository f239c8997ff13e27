import { Column, Entity, PrimaryColumn } from 'typeorm';

export type JudgeRole = 'primary' | 'secondary' | 'tiebreaker';

/** One judge of a language's panel (MC-3). The three rows of a language are one unit. */
@Entity({ schema: 'lastgood', name: 'judge_configs' })
export class JudgeConfigEntity {
  @PrimaryColumn('text')
  language!: string;

  @PrimaryColumn('text')
  role!: JudgeRole;

  @Column('text', { name: 'model_id' })
  modelId!: string;

  @Column('text', { name: 'fallback_model_id', nullable: true })
  fallbackModelId!: string | null;

  @Column('double precision')
  weight!: number;

  @Column('double precision')
  temperature!: number;

  @Column('integer', { name: 'max_tokens' })
  maxTokens!: number;

  @Column('integer', { name: 'timeout_ms', nullable: true })
  timeoutMs!: number | null;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  @Column('timestamptz', { name: 'calibrated_at', nullable: true })
  calibratedAt!: Date | null;

  @Column('integer', { name: 'calibration_n', nullable: true })
  calibrationN!: number | null;

  /** Cohen's kappa against human verdicts, -1..1. */
  @Column('double precision', { nullable: true })
  kappa!: number | null;

  /** Why the panel may hold models that also generate; the same in its three rows. */
  @Column('text', { name: 'independence_waiver', nullable: true })
  independenceWaiver!: string | null;

  @Column('text', { name: 'updated_by' })
  updatedBy!: string;
}
