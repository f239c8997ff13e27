const isQuick = process.env.FAULTS === 'quick';

/** How much of a fault: `FAULTS=quick` for a short run, `FAULT_KILLS=200` for the whole of CA-11's kill -9 row. */
export const faultScale = {
  kills: Number(process.env.FAULT_KILLS ?? (isQuick ? 3 : 20)),
  /** Longer than Postgres lets a transaction idle, in either case. */
  stopMs: isQuick ? 12_000 : 40_000,
  notifiedEdits: isQuick ? 30 : 150,
  coldReads: isQuick ? 200 : 1_000,
  /** Of a file that ends there. */
  tornOffsets: isQuick ? 20 : 200,
  distinctKeys: isQuick ? 100_000 : 1_000_000,
};
