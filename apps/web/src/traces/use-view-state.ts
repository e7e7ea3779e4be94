import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { searchFromView, viewFromSearch } from '../viewer/view-state.ts';
import type { ViewDefaults, ViewSearch, ViewState } from '../viewer/view-state.ts';

/** `jump` leaves the view before in the browser's history, `step` replaces it. */
export type ViewChange = (change: (view: ViewState) => ViewState, how: 'jump' | 'step') => void;

const settleMs = 250;

/**
 * The view and its address, kept equal: changes show at once and reach the address when they settle, and
 * going back in the browser changes the view.
 */
export function useViewState(defaults: ViewDefaults): [ViewState, ViewChange] {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ViewSearch;
  const [view, setView] = useState(() => viewFromSearch(search, defaults));
  const latest = useRef(view);
  const written = useRef(addressOf(view, defaults));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const address = addressOf(viewFromSearch(search, defaults), defaults);
  useEffect(() => {
    if (address === written.current) return;
    written.current = address;
    clearTimeout(timer.current);
    latest.current = viewFromSearch(search, defaults);
    setView(latest.current);
  }, [address, search, defaults]);

  useEffect(() => () => clearTimeout(timer.current), []);

  const change = useCallback<ViewChange>(
    (next, how) => {
      const write = (isReplacing: boolean) => {
        clearTimeout(timer.current);
        const told = addressOf(latest.current, defaults);
        if (told === written.current) return;
        written.current = told;
        void navigate({
          to: '.',
          search: searchFromView(latest.current, defaults) as never,
          replace: isReplacing,
        });
      };
      if (how === 'jump') write(true);
      latest.current = next(latest.current);
      setView(latest.current);
      if (how === 'jump') write(false);
      else {
        clearTimeout(timer.current);
        timer.current = setTimeout(() => write(true), settleMs);
      }
    },
    [navigate, defaults],
  );

  return [view, change];
}

function addressOf(view: ViewState, defaults: ViewDefaults): string {
  return JSON.stringify(searchFromView(view, defaults));
}
