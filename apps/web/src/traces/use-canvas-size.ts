import { useEffect } from 'react';
import type { RefObject } from 'react';

/** Tells the size of an element, CSS pixels, now and whenever it or the screen's resolution changes. */
export function useCanvasSize(
  element: RefObject<HTMLElement | null>,
  onSize: (width: number, height: number) => void,
): void {
  useEffect(() => {
    const of = element.current;
    if (!of) return;
    const observer = new ResizeObserver(() => onSize(of.clientWidth, of.clientHeight));
    observer.observe(of);
    return () => observer.disconnect();
  }, [element, onSize]);
}
