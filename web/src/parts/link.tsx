import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { goTo } from '../address.ts';

/** A link inside the console: a real address, followed without loading the page again. */
export function Link({
  href,
  onClick,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { readonly href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const wantsNewTab = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (event.defaultPrevented || wantsNewTab) return;
    event.preventDefault();
    goTo(href);
    window.scrollTo({ top: 0 });
  };
  return <a href={href} onClick={follow} {...rest} />;
}
