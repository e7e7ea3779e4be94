import type { Page } from 'playwright-core';

/** Roles that somebody operates, or that stand for something shown: each says what it is by a name. */
const namedRoles = new Set(
  'button link textbox searchbox combobox listbox option checkbox radio switch slider spinbutton tab tabpanel tablist menuitem progressbar dialog img image region'.split(
    ' ',
  ),
);

/** A node of the accessibility tree as Chromium computes it for assistive technology. */
export interface AccessibleNode {
  readonly role: string;
  readonly name: string;
  /** Of headings. */
  readonly level: number | null;
  readonly live: string;
}

/** What a screen reader is given of a page: names and roles as the browser computes them. */
export async function accessibleNodes(page: Page): Promise<AccessibleNode[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, properties = [] }) => {
      const property = (wanted: string) => properties.find((each) => each.name === wanted)?.value.value;
      return {
        role: String(role?.value ?? ''),
        name: String(name?.value ?? '').trim(),
        level: (property('level') as number | undefined) ?? null,
        live: String(property('live') ?? ''),
      };
    });
}

export const nameless = (nodes: readonly AccessibleNode[]) =>
  nodes.filter(({ role, name }) => namedRoles.has(role) && name === '').map(({ role }) => role);

export const countOf = (nodes: readonly AccessibleNode[], role: string) =>
  nodes.filter((node) => node.role === role).length;

/** One stop of the Tab key: what has the focus there, and whether that shows. */
export interface Stop {
  readonly control: string;
  readonly isFocusShown: boolean;
}

/** Presses Tab from the beginning of the page until the focus leaves it or comes round. */
export async function tabStops(page: Page): Promise<Stop[]> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    getSelection()?.collapse(document.body, 0);
  });
  const stops: Stop[] = [];
  for (let presses = 0; presses < 400; presses++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body || element.hasAttribute('data-tab-stop')) return null;
      element.setAttribute('data-tab-stop', '');
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const isOutlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
      const box = element.getBoundingClientRect();
      const isOnScreen = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0;
      return {
        control: element.outerHTML.slice(0, 160),
        isFocusShown: isOnScreen && (isOutlined || boxShadow !== 'none'),
      };
    });
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}

/** Controls that can be seen and used, but were not among the stops; after {@link tabStops}. */
export function unreached(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const focusable =
      'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [role=button]';
    const isRadioOfGroup = (element: Element) =>
      element instanceof HTMLInputElement &&
      element.type === 'radio' &&
      document.querySelector(`input[name="${element.name}"][data-tab-stop]`) !== null;
    // A row of tabs is one stop; inside it arrow keys move.
    const isTabOfRow = (element: Element) =>
      element.getAttribute('role') === 'tab' &&
      element.closest('[role=tablist]')?.querySelector('[data-tab-stop]') !== null;
    const missed = [...document.querySelectorAll<HTMLElement>(focusable)].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) &&
        !element.matches(':disabled, main, [inert] *, span[tabindex="-1"], h1, h2') &&
        !element.hasAttribute('data-tab-stop') &&
        !isRadioOfGroup(element) &&
        !isTabOfRow(element),
    );
    for (const element of document.querySelectorAll('[data-tab-stop]'))
      element.removeAttribute('data-tab-stop');
    return missed.map((element) => element.outerHTML.slice(0, 160));
  });
}

/**
 * Texts that are shown with less contrast than WCAG 2.2, 1.4.3 asks for: 4.5 to 1, large ones 3 to 1. The background is
 * that of the nearest ancestors that have one, laid over each other.
 */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [number, number, number, number];
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const read = (css: string): Colour => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = ([r, g, b, a]: Colour, [r2, g2, b2]: Colour): Colour => [
      r * a + r2 * (1 - a),
      g * a + g2 * (1 - a),
      b * a + b2 * (1 - a),
      1,
    ];
    const luminance = ([r, g, b]: Colour) => {
      const [red, green, blue] = [r, g, b].map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ratioOf = (one: Colour, other: Colour) => {
      const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
      return (high + 0.05) / (low + 0.05);
    };
    const backgroundOf = (element: Element): Colour => {
      const layers: Colour[] = [];
      for (let each: Element | null = element; each; each = each.parentElement) {
        const layer = read(getComputedStyle(each).backgroundColor);
        if (layer[3] > 0) layers.push(layer);
        if (layer[3] === 1) break;
      }
      return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1] as Colour);
    };
    const faint = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (!element || text === '' || !element.checkVisibility({ visibilityProperty: true })) continue;
      if (element.closest('.visually-hidden, noscript, :disabled, dialog:not([open])')) continue;
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const background = backgroundOf(element);
      const ratio = ratioOf(over(read(style.color), background), background);
      if (ratio < (isLarge ? 3 : 4.5))
        faint.add(`${ratio.toFixed(2)} ${element.className || element.tagName}: ${text.slice(0, 40)}`);
    }
    return [...faint];
  });
}
