import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The share of a context window kept free for a language (MC-4). */
@Entity({ schema: 'lastgood', name: 'context_reserves' })
export class ContextReserveEntity {
  @PrimaryColumn('text')
  language!: string;

  /** 0..1 */
  @Column('double precision', { name: 'reserve_percent' })
  reservePercent!: number;

  @Column('text', { name: 'updated_by' })
  updatedBy!: string;
}
