import { useEffect, useRef, type ReactNode } from 'react';
import { useSay } from '../text/texts';
import css from './parts.module.css';

interface PageProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** The page that was loaded first begins at its top, where the skip link is. */
let isFirst = true;

/** A page's heading takes the focus on arrival, so that a screen reader says where one is. */
export function Page({ title, aside, children }: PageProps): ReactNode {
  const say = useSay();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${say('ui.app')}`;
  }, [title, say]);
  useEffect(() => {
    const busy =
      document.activeElement instanceof HTMLElement &&
      document.activeElement.closest('main') !== null;
    if (!busy && !isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <>
      <div className={css['pagehead']}>
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {aside}
      </div>
      {children}
    </>
  );
}
