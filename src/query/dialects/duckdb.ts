import type { Dialect } from '../compile/dialect.ts';
import { PLACEHOLDER, severitySql, shapeSql } from './pattern.ts';

// Repetition is written {3,3}: a lone digit in braces is an argument of the template.
const V4 =
  "'^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3,3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$'";
const V6 =
  "'^(?:(?:[0-9A-Fa-f]{1,4}:){7,7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?|::(?:ffff:)?[0-9]{1,3}(?:\\.[0-9]{1,3}){3,3})$'";

const matches = (text: string, pattern: string): string => `regexp_matches(${text}, ${pattern})`;
const replaceAll = (text: string, pattern: string, replacement: string): string =>
  `regexp_replace(${text}, ${pattern}, ${replacement}, 'g')`;
const WORDS = "string_split({0}, ' ')";
const WIDTH = 'NULLIF((max({0}) - min({0})) / CAST({1} AS DOUBLE), 0)';

/**
 * DuckDB 1.5. Needs one macro from its session, `ip_key(text)`: the address sort key of `record`, NULL for anything
 * else; IPv4 questions do without it. Functions that a session may replace by those of Trino (`contains`,
 * `date_add`, `date_format`) are not used.
 */
export const duckdb: Dialect = {
  name: 'duckdb',
  placeholders: 'numbered',
  sharesWith: true,
  facts: {
    'cast.number': 'TRY_CAST({0} AS DOUBLE)',
    'cast.text': 'CAST({0} AS VARCHAR)',
    'cast.whole': 'CAST({0} AS BIGINT)',
    'date.of-text': 'CAST({0} AS DATE)',
    'timestamp.of-seconds': 'to_timestamp({0})',
    'seconds.of-timestamp': 'CAST(epoch({0}) AS BIGINT)',
    'key.port': 'CAST({0} AS USMALLINT)',
    'key.port-value': 'CAST({0} AS INTEGER)',
    'time.bucket': '({0} - {0} % {1})',
    'time.text': "strftime(make_timestamp(CAST({0} AS BIGINT) * 1000), '%Y-%m-%d %H:%M:%S.%g')",
    'text.starts-with': 'starts_with({0}, {1})',
    'text.contains': 'strpos({0}, {1}) > 0',
    'text.octet': "TRY_CAST(split_part({0}, '.', {1}) AS INTEGER)",
    'address.key': 'ip_key({0})',
    'address.any-key': 'ip_key({0})',
    'regex.search': 'regexp_matches({0}, {1})',
    'regex.search-any-case': "regexp_matches({0}, {1}, 'i')",
    'bits.and': '({0} & {1})',
    'call.item_of': 'list_contains({0}, CAST({1} AS VARCHAR))',
    'list.has-text': '{0} IN (SELECT unnest(string_split({1}, chr(10))))',
    'list.has-number': '{0} IN (SELECT CAST(unnest(string_split({1}, chr(10))) AS DOUBLE))',
    'list.sequence': 'generate_series({0}, {1}, {2})',
    'list.unnest': 'CROSS JOIN UNNEST({0}) AS {1}({2})',
    'list.of-json': "list_transform(CAST({0} AS JSON[]), lambda i: json_extract_string(i, '$'))",
    'aggregate.sum': 'sum({0})',
    'aggregate.whole': 'CAST({0} AS BIGINT)',
    'aggregate.percentile': 'quantile_cont({0}, {1} / 100.0)',
    'aggregate.first-by': 'arg_min({0}, {1})',
    'aggregate.last-by': 'arg_max({0}, {1})',
    'aggregate.list-distinct': 'list_sort(list(DISTINCT {0}) FILTER (WHERE {0} IS NOT NULL))',
    'aggregate.histogram': `'{' || array_to_string(list_transform(range(0, CASE WHEN max({0}) > min({0}) THEN {1} ELSE 1 END), lambda i: '"' || regexp_replace(CAST(CAST(min({0}) + i * COALESCE(${WIDTH}, 0) AS DECIMAL(38, 4)) AS VARCHAR), '\\.?0+$', '') || '":' || CAST(len(list_filter(list({0}) FILTER (WHERE {0} IS NOT NULL), lambda y: least(COALESCE(CAST(floor((y - min({0})) / ${WIDTH}) AS BIGINT), 0), {1} - 1) = i)) AS VARCHAR)), ',') || '}'`,
    'window.last-present': 'last_value({0} IGNORE NULLS)',
    'sort.chunks':
      "regexp_replace(regexp_replace({0}, '([0-9]+)', '00000000000000000000\\1', 'g'), '[0-9]*([0-9]{20})', '\\1', 'g')",
    'call.add': '({0} + {1})',
    'call.subtract': '({0} - {1})',
    'call.multiply': '(CAST({0} AS DOUBLE) * {1})',
    'call.divide': '(CAST({0} AS DOUBLE) / NULLIF({1}, 0))',
    'call.modulo': '({0} % NULLIF({1}, 0))',
    'call.power': 'pow({0}, {1})',
    'call.negate': '(-{0})',
    'call.abs': 'abs({0})',
    'call.ceil': 'ceil({0})',
    'call.floor': 'floor({0})',
    'call.greatest': 'greatest({*})',
    'call.least': 'least({*})',
    'call.log': 'CASE WHEN {0} > 0 THEN ln({0}) END',
    'call.sqrt': 'CASE WHEN {0} >= 0 THEN sqrt({0}) END',
    'call.round/1': 'round({0})',
    'call.round/2': 'round({0}, CAST({1} AS INTEGER))',
    'call.haversine':
      '(2 * 6371.0088 * asin(sqrt(pow(sin(radians({2} - {0}) / 2), 2) + cos(radians({0})) * cos(radians({2})) * pow(sin(radians({3} - {1}) / 2), 2))))',
    'call.tonumber': '{0}',
    'call.toint': 'CAST(trunc({0}) AS BIGINT)',
    'call.frommillis': '{0}',
    'call.tomillis': '{0}',
    'call.seconds_time': '({0} * 1000)',
    'call.line': "concat_ws(' ', {*})",
    'call.time_floor': '({0} - (({0} % {1}) + {1}) % {1})',
    'call.time_ceil': '({0} + (({1} - {0} % {1}) % {1}))',
    'call.time_floor_unit': 'epoch_ms(date_trunc({1}, make_timestamp(CAST({0} AS BIGINT) * 1000)))',
    'call.time_ceil_unit':
      "epoch_ms(CASE WHEN date_trunc({1}, make_timestamp(CAST({0} AS BIGINT) * 1000)) = make_timestamp(CAST({0} AS BIGINT) * 1000) THEN make_timestamp(CAST({0} AS BIGINT) * 1000) ELSE date_trunc({1}, make_timestamp(CAST({0} AS BIGINT) * 1000)) + CASE {1} WHEN 'week' THEN INTERVAL 7 DAY WHEN 'month' THEN INTERVAL 1 MONTH WHEN 'quarter' THEN INTERVAL 3 MONTH ELSE INTERVAL 1 YEAR END END)",
    'call.parsedate': 'epoch_ms(try_strptime({0}, {1}))',
    'call.formatdate': 'strftime(make_timestamp(CAST({0} AS BIGINT) * 1000), {1})',
    'call.ispresent': '({0} IS NOT NULL)',
    'call.coalesce': 'coalesce({*})',
    'call.if': 'CASE WHEN {0} THEN {1} ELSE {2} END',
    'call.isnumeric': '(TRY_CAST({0} AS DOUBLE) IS NOT NULL)',
    'call.isvalidip': `COALESCE(regexp_matches({0}, ${V4}) OR regexp_matches({0}, ${V6}), FALSE)`,
    'call.isvalidipv4': `COALESCE(regexp_matches({0}, ${V4}), FALSE)`,
    'call.isvalidipv6': `COALESCE(regexp_matches({0}, ${V6}), FALSE)`,
    'call.ipv4tonumber': `CASE WHEN regexp_matches({0}, ${V4}) THEN CAST(split_part({0}, '.', 1) AS BIGINT) * 16777216 + CAST(split_part({0}, '.', 2) AS BIGINT) * 65536 + CAST(split_part({0}, '.', 3) AS BIGINT) * 256 + CAST(split_part({0}, '.', 4) AS BIGINT) END`,
    'call.isempty': "CASE WHEN COALESCE({0}, '') = '' THEN 1 ELSE 0 END",
    'call.isblank':
      "CASE WHEN trim(COALESCE({0}, ''), ' ' || chr(9) || chr(10) || chr(13)) = '' THEN 1 ELSE 0 END",
    'call.concat': 'concat({*})',
    'call.trim/1': "trim({0}, ' ' || chr(9) || chr(10) || chr(13))",
    'call.trim/2': 'trim({0}, {1})',
    'call.ltrim/1': "ltrim({0}, ' ' || chr(9) || chr(10) || chr(13))",
    'call.ltrim/2': 'ltrim({0}, {1})',
    'call.rtrim/1': "rtrim({0}, ' ' || chr(9) || chr(10) || chr(13))",
    'call.rtrim/2': 'rtrim({0}, {1})',
    'call.strlen': 'length({0})',
    'call.toupper': 'upper({0})',
    'call.tolower': 'lower({0})',
    'call.substr/2': 'substr({0}, CAST({1} AS BIGINT) + 1)',
    'call.substr/3': 'substr({0}, CAST({1} AS BIGINT) + 1, CAST({2} AS BIGINT))',
    'call.replace': 'replace({0}, {1}, {2})',
    'call.strcontains/2': 'CASE WHEN strpos({0}, {1}) > 0 THEN 1 ELSE 0 END',
    'call.strcontains/3':
      'CASE WHEN CASE WHEN {2} THEN strpos(lower({0}), lower({1})) > 0 ELSE strpos({0}, {1}) > 0 END THEN 1 ELSE 0 END',
    'call.regexreplace': "regexp_replace({0}, {1}, regexp_replace({2}, '\\$([0-9])', '\\\\\\1', 'g'), 'g')",
    'call.startswith': 'starts_with({0}, {1})',
    'call.endswith': 'ends_with({0}, {1})',
    'call.split': 'string_split({0}, {1})',
    'call.urlencode': 'url_encode({0})',
    'call.urldecode': 'url_decode({0})',
    'call.base64encode': 'to_base64(encode({0}))',
    'call.base64decode': 'TRY(decode(from_base64({0})))',
    'call.hextoascii': 'TRY(decode(unhex({0})))',
    'call.hextodec': "TRY_CAST('0x' || regexp_replace({0}, '^0[xX]', '') AS BIGINT)",
    'call.dectohex': "('0x' || lower(to_hex(CAST({0} AS BIGINT))))",
    'call.md5': 'md5({0})',
    'call.sha256': 'sha256({0})',
    'call.pattern_shape': shapeSql(replaceAll, matches, (number) => `\\${number}`),
    'call.pattern_number': `array_to_string(list_transform(${WORDS}, lambda x, i: regexp_replace(x, ${PLACEHOLDER}, '<\\1-' || CAST(len(list_filter(list_slice(${WORDS}, 1, i), lambda y: ${matches('y', PLACEHOLDER)})) AS VARCHAR) || '>')), ' ')`,
    'call.pattern_severity': severitySql(matches),
    'call.regex_group': 'CASE WHEN regexp_matches({0}, {1}) THEN regexp_extract({0}, {1}, 1) END',
    'call.jsonparse': 'CASE WHEN json_valid({0}) THEN {0} END',
    'call.jsonstringify': 'CAST(to_json({0}) AS VARCHAR)',
    'call.jsonarraysize':
      "CASE WHEN json_valid({0}) AND json_type({0}) = 'ARRAY' THEN json_array_length({0}) END",
    'call.jsonarraycontains':
      'CASE WHEN json_valid({0}) THEN json_contains({0}, to_json({1})) ELSE FALSE END',
    'call.json_get': 'CASE WHEN json_valid({0}) THEN json_extract_string({0}, {1}) END',
  },
};
