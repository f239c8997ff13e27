import { z } from 'zod';

const mostRows = 100_000;
/** Once so much is wrong, the rest of a list is not looked at: it may be very long. */
const mostIssues = 200;

/** As many rows of a form as there are; what is wrong with the first of them is told, by its place. */
export function listOf<S extends z.ZodType>(row: S): z.ZodType<z.output<S>[], unknown[]> {
  return z
    .array(z.unknown())
    .max(mostRows)
    .meta({ items: z.toJSONSchema(row, { io: 'input', unrepresentable: 'any' }) })
    .transform((values, context): z.output<S>[] => {
      const rows: z.output<S>[] = [];
      for (const [at, value] of values.entries()) {
        const result = row.safeParse(value, { reportInput: true });
        if (result.success) rows.push(result.data);
        for (const issue of result.error?.issues ?? []) {
          context.issues.push({ ...issue, path: [at, ...issue.path] } as z.core.$ZodRawIssue);
        }
        if (context.issues.length > mostIssues) break;
      }
      return rows;
    });
}
