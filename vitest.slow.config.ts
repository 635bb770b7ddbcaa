import { mergeConfig } from 'vitest/config';
import fast from './vitest.config.ts';

/** The suites that take minutes: `npm run test:slow`. */
export default mergeConfig(
  { ...fast, test: { ...fast.test, include: [], exclude: ['**/node_modules/**'] } },
  { test: { include: ['test/slow/**/*.test.ts'] } },
);
