/** Of a row what its settings schema names. */
export function pickSettings<S extends object>(schema: { shape: S }, row: object): { [K in keyof S]: never } {
  const entries = Object.entries(row).filter(([field]) => field in schema.shape);
  return Object.fromEntries(entries) as { [K in keyof S]: never };
}
