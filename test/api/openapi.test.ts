import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument, ROUTES } from '../../src/api/index.ts';

describe('openApiDocument', () => {
  it('is a valid document of OpenAPI 3.1', async () => {
    const document = JSON.parse(JSON.stringify(openApiDocument(ROUTES, '1.0.0')));
    expect(await new Validator().validate(document)).toEqual({ valid: true });
  });

  it('does not call a document valid that is none', async () => {
    const document = {
      ...openApiDocument(ROUTES, '1.0.0'),
      paths: { '/api/lake': { get: { responses: 1 } } },
    };
    expect((await new Validator().validate(JSON.parse(JSON.stringify(document)))).valid).toBe(false);
  });

  it('has an operation id of its own for every operation, and says what every resource may answer', () => {
    const { paths } = openApiDocument(ROUTES, '1.0.0');
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { responses } of operations) expect(Object.keys(responses)).toEqual(['200', 'default']);
  });
});
