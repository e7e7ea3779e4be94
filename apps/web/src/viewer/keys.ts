export type ViewerCommand =
  | 'page-back'
  | 'page-forward'
  | 'step-back'
  | 'step-forward'
  | 'epoch-back'
  | 'epoch-forward'
  | 'start'
  | 'end'
  | 'larger'
  | 'smaller'
  | 'shorter-page'
  | 'longer-page'
  | 'previous-annotation'
  | 'next-annotation'
  | 'go-to'
  | 'toggle-clock'
  | 'toggle-centring'
  | 'help';

/** All keys of the traces, in the order in which they are listed. */
export const viewerKeys: readonly {
  command: ViewerCommand;
  keys: readonly string[];
  shift?: boolean;
  shown: string;
  does: string;
}[] = [
  { command: 'page-forward', keys: ['PageDown'], shown: 'Page ↓', does: 'next page' },
  { command: 'page-back', keys: ['PageUp'], shown: 'Page ↑', does: 'previous page' },
  { command: 'step-forward', keys: ['ArrowRight'], shown: '→', does: 'a tenth of a page on' },
  { command: 'step-back', keys: ['ArrowLeft'], shown: '←', does: 'a tenth of a page back' },
  { command: 'epoch-forward', keys: ['ArrowRight'], shift: true, shown: 'Shift →', does: 'next 30 s epoch' },
  { command: 'epoch-back', keys: ['ArrowLeft'], shift: true, shown: 'Shift ←', does: 'previous 30 s epoch' },
  { command: 'start', keys: ['Home'], shown: 'Home', does: 'start of the recording' },
  { command: 'end', keys: ['End'], shown: 'End', does: 'end of the recording' },
  { command: 'larger', keys: ['+', '='], shown: '+', does: 'larger traces' },
  { command: 'smaller', keys: ['-', '−'], shown: '−', does: 'smaller traces' },
  { command: 'shorter-page', keys: ['<', ','], shown: '<', does: 'shorter page' },
  { command: 'longer-page', keys: ['>', '.'], shown: '>', does: 'longer page' },
  { command: 'previous-annotation', keys: ['['], shown: '[', does: 'previous annotation' },
  { command: 'next-annotation', keys: [']'], shown: ']', does: 'next annotation' },
  { command: 'go-to', keys: ['g'], shown: 'g', does: 'go to a time: 02:13:05, +90s, epoch 412, 50%' },
  { command: 'toggle-clock', keys: ['t'], shown: 't', does: 'clock time or elapsed time' },
  {
    command: 'toggle-centring',
    keys: ['d'],
    shown: 'd',
    does: 'centre traces in their rows, or show their true offset',
  },
  { command: 'help', keys: ['?'], shown: '?', does: 'this list' },
];

interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: unknown;
}

/** The command of a key press, or null: keys with Ctrl, Alt or ⌘ and those typed into a field are not ours. */
export function commandOf(press: KeyPress): ViewerCommand | null {
  if (press.ctrlKey || press.metaKey || press.altKey || isTyping(press.target, press.key)) return null;
  const match = viewerKeys.find(({ keys, shift }) => {
    const wantsShift = shift ?? false;
    const isArrow = press.key.startsWith('Arrow');
    return keys.includes(press.key) && (!isArrow || wantsShift === press.shiftKey);
  });
  return match?.command ?? null;
}

function isTyping(target: unknown, key: string): boolean {
  const element = target as {
    tagName?: string;
    type?: string;
    isContentEditable?: boolean;
    role?: string | null;
  } | null;
  if (!element?.tagName) return false;
  if (element.isContentEditable) return true;
  const tag = element.tagName.toUpperCase();
  if (tag === 'INPUT') return element.type !== 'checkbox' || key === ' ';
  if (tag === 'TEXTAREA' || tag === 'SELECT') return true;
  // Tabs and lists move by arrows, Home and End themselves.
  return element.role === 'tab' && /^(Arrow|Home|End)/.test(key);
}

/** The view command as movement in seconds; null for commands that do not move by a length. */
export function movementOf(command: ViewerCommand, pageSeconds: number): number | null {
  switch (command) {
    case 'page-forward':
      return pageSeconds;
    case 'page-back':
      return -pageSeconds;
    case 'step-forward':
      return pageSeconds / 10;
    case 'step-back':
      return -pageSeconds / 10;
    default:
      return null;
  }
}

/** Start of the epoch after (+1) or before (−1) the one that `start` lies in. */
export function neighbourEpoch(start: number, direction: 1 | -1, epochSeconds = 30): number {
  const epoch = start / epochSeconds;
  return (direction === 1 ? Math.floor(epoch + 1e-6) + 1 : Math.ceil(epoch - 1e-6) - 1) * epochSeconds;
}
