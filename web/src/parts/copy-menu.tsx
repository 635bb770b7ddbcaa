import { useRef, useState } from 'react';
import { hasToken } from '../client.ts';
import { quoted } from '../command-line.ts';
import { Popover } from './popover.tsx';

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
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const curl = curlOf(post, get);
  const ways = [
    ['SQL', sql],
    ['Command line', command],
    ['curl', curl],
    ['Link', window.location.href],
  ] as const;
  return (
    <>
      <button
        ref={button}
        type="button"
        className="text-button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        Copy as
      </button>
      {isOpen && button.current !== null ? (
        <Popover anchor={button.current} label="Copy as" role="menu" onClose={() => setIsOpen(false)}>
          {ways.map(([name, text]) =>
            text === null ? null : (
              <button
                key={name}
                type="button"
                role="menuitem"
                title={text.slice(0, 600)}
                onClick={() => {
                  void navigator.clipboard?.writeText(text);
                  setIsOpen(false);
                }}
              >
                {name}
              </button>
            ),
          )}
        </Popover>
      ) : null}
    </>
  );
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
