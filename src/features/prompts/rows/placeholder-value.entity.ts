import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A text for a placeholder that profiles name (PR-1). */
@Entity({ schema: 'lastgood', name: 'placeholder_values' })
export class PlaceholderValueEntity {
  @PrimaryColumn('text')
  placeholder!: string;

  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  value!: string;
}
