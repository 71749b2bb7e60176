import type { ComponentChildren, VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows drawn above and below what is seen. */
const MARGIN = 12;
/** What is drawn moves by so many at once. */
const STEP = 4;

interface Props {
  readonly label: string;
  readonly count: number;
  readonly row: (at: number) => VNode;
}

/** A list of rows of one height (that of the first) of which only those near what is seen are drawn: a thousand cost what a screen of them costs. */
export function Rows({ label, count, row }: Props) {
  const box = useRef<HTMLElement>(null);
  const [{ height, first, seen }, setView] = useState({ height: 60, first: 0, seen: 30 });
  useLayoutEffect(() => {
    const element = box.current!;
    const look = () => {
      const height = element.querySelector<HTMLElement>('.entry')?.offsetHeight || 60;
      const first = Math.floor(element.scrollTop / height / STEP) * STEP;
      const seen = Math.ceil(element.clientHeight / height) + STEP;
      setView((now) => (now.height === height && now.first === first && now.seen === seen ? now : { height, first, seen }));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  const begin = Math.max(0, Math.min(first, count - seen) - MARGIN);
  const end = Math.min(count, first + seen + MARGIN);
  return (
    <nav class="list rows" aria-label={label} ref={box}>
      <Space px={begin * height} />
      {Array.from({ length: end - begin }, (_, at): ComponentChildren => row(begin + at))}
      <Space px={(count - end) * height} />
    </nav>
  );
}

function Space({ px }: { px: number }) {
  return px > 0 ? <div style={{ height: `${px}px` }} /> : null;
}
