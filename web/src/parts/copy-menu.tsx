import { hasToken } from '../client.ts';
import { quoted } from '../command-line.ts';
import { MenuButton } from './popover-button.tsx';

/** Copies a question in the form that another tool takes: SQL, a command line, a request. */
export function CopyMenu(props: {
  readonly sql: string | null;
  readonly command: string | null;
  /** The request, where it has a body. */
  readonly post?: { readonly path: string; readonly body: unknown };
  /** The address of the request, where it has none. */
  readonly get?: string;
}) {
  const { sql, command, post, get } = props;
  const ways: readonly (readonly [name: string, text: string | null])[] = [
    ['SQL', sql],
    ['Command line', command],
    ['curl', curlOf(post, get)],
    ['Link', window.location.href],
  ];
  const choices = ways.flatMap(([name, text]) =>
    text === null
      ? []
      : [{ name, title: text.slice(0, 600), onChoose: () => void navigator.clipboard?.writeText(text) }],
  );
  return <MenuButton text="Copy as" label="Copy as" choices={choices} />;
}

/** The request as a command; a guarded Weir wants the token, which the reader has in a variable. */
function curlOf(
  post: { readonly path: string; readonly body: unknown } | undefined,
  get: string | undefined,
): string {
  const { origin } = window.location;
  const token = hasToken() ? ` -H "authorization: Bearer $WEIR_TOKEN"` : '';
  if (post === undefined) return `curl -s ${quoted(origin + (get ?? '/'))}${token}`;
  return `curl -s ${quoted(origin + post.path)}${token} -H 'content-type: application/json' -d ${quoted(JSON.stringify(post.body))}`;
}
