import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AWS_ERROR_STATUS } from '../../src/aws/errors.ts';
import { OPERATIONS } from '../../src/service/operations/registry.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/reference/ec2-api.md'), 'utf8');

describe('the reference page of the EC2 API', () => {
  it('names every action and every error code', () => {
    const names = [...OPERATIONS.keys(), ...Object.keys(AWS_ERROR_STATUS)];
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !page.includes(name))).toEqual([]);
  });

  it('puts every code under its status', () => {
    const wrong = Object.entries(AWS_ERROR_STATUS).filter(([code, status]) => {
      const row = page.split('\n').find((line) => /^\| \d{3}/.test(line) && line.includes(code));
      return row?.includes(String(status)) !== true;
    });
    expect(wrong).toEqual([]);
  });
});
