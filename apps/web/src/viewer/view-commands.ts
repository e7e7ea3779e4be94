import { stepAmplitude } from './amplitude.ts';
import { movementOf, neighbourEpoch } from './keys.ts';
import type { ViewerCommand } from './keys.ts';
import { stepPageLength } from './page-length.ts';
import { centredOn, clampStart, shownSeconds } from './view-state.ts';
import type { ViewState } from './view-state.ts';

/** What a command makes of a view. */
export function viewAfter(view: ViewState, command: ViewerCommand, duration: number): ViewState {
  const page = shownSeconds(view, duration);
  const movedTo = (start: number): ViewState => ({ ...view, start: clampStart(start, page, duration) });
  const movement = movementOf(command, page);
  if (movement !== null) return movedTo(view.start + movement);
  switch (command) {
    case 'epoch-forward':
      return movedTo(neighbourEpoch(view.start, 1));
    case 'epoch-back':
      return movedTo(neighbourEpoch(view.start, -1));
    case 'start':
      return movedTo(0);
    case 'end':
      return movedTo(duration);
    case 'larger':
      return { ...view, microvoltsPerMillimetre: stepAmplitude(view.microvoltsPerMillimetre, 1) };
    case 'smaller':
      return { ...view, microvoltsPerMillimetre: stepAmplitude(view.microvoltsPerMillimetre, -1) };
    case 'shorter-page':
    case 'longer-page': {
      const pageSeconds = stepPageLength(view.pageSeconds, command === 'longer-page' ? 1 : -1);
      return withPageLength(view, pageSeconds, duration);
    }
    case 'toggle-clock':
      return { ...view, clock: view.clock === 'local' ? 'elapsed' : 'local' };
    case 'toggle-centring':
      return { ...view, isCentred: !view.isCentred };
    default:
      return view;
  }
}

/** Another page length around the middle of the page. */
export function withPageLength(view: ViewState, pageSeconds: number, duration: number): ViewState {
  const middle = view.start + shownSeconds(view, duration) / 2;
  const isFromStart = view.start === 0 && view.pageSeconds !== Number.POSITIVE_INFINITY;
  const next = { ...view, pageSeconds };
  return isFromStart ? { ...next, start: 0 } : centredOn(next, middle, duration);
}
