// Sums the reports of the gates and of vitest (its JSON reporter) into one line; the mistake it prevents is a run that
// counts as passed because a suite never loaded, was cut off, or was skipped without a word.
//
//   node scripts/test-summary.mjs --exit-code=N FILE…    prints what failed and what was skipped, then `N passed, N failed`
//
// N is what npm test ended with. A report that is missing or unreadable counts as one failure; so does a test file that
// failed before its first test, and an exit code that no report explains (an unhandled error outside of any test).
// Exit code 1 when anything failed or nothing passed.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

let passed = 0;
let failed = 0;
const exitCode =
  process.argv.find((arg) => arg.startsWith('--exit-code='))?.slice('--exit-code='.length) ?? '0';
for (const file of process.argv.slice(2).filter((arg) => !arg.startsWith('--'))) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    failed += 1;
    console.log(`failed: no report in ${file} (${error.message})`);
    continue;
  }
  if (Array.isArray(report.testResults)) addVitest(report);
  else {
    passed += report.passed;
    failed += report.failed;
  }
}
if (exitCode !== '0' && failed === 0) {
  failed = 1;
  console.log(`failed: npm test ended with exit code ${exitCode}, and no report says why; its output does`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function addVitest(report) {
  const skipped = new Map();
  for (const suite of report.testResults) {
    const path = relative(process.cwd(), suite.name);
    if (suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed')) {
      failed += 1;
      console.log(`failed: ${path}: ${String(suite.message).split('\n')[0]}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') {
        failed += 1;
        console.log(`failed: ${path}: ${test.fullName}`);
      } else if (test.status === 'pending') {
        // Vitest says "skipped" of what was left out on purpose; "pending" never came to an end: its process died.
        failed += 1;
        console.log(`failed: ${path}: ${test.fullName} (its process died before the end)`);
      } else {
        const name = `${path}: ${test.ancestorTitles.join(' ') || test.fullName}`;
        skipped.set(name, (skipped.get(name) ?? 0) + 1);
      }
    }
  }
  for (const [name, count] of skipped) console.log(`skipped: ${name} (${count})`);
}
