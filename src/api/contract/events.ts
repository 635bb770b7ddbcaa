import { z } from 'zod';

/** How far a question is: the data of the event `progress`. */
export const progressSchema = z.object({
  elapsedSeconds: z.number(),
  percent: z
    .number()
    .nullable()
    .describe('0 to 100 of the statement that runs now; null when nobody can say'),
  rowsRead: z.number().describe('Rows that the engine has read so far'),
});
export type Progress = z.infer<typeof progressSchema>;
