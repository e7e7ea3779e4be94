/** A tree of XML elements: a list repeats its element, undefined leaves it out. */
export type XmlTree = { readonly [name: string]: XmlValue };
type XmlValue = string | number | boolean | undefined | XmlTree | readonly XmlTree[];

/** The document with the tree's one root element. */
export function elements(tree: XmlTree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(tree)}`;
}

function render(tree: XmlTree): string {
  return Object.entries(tree)
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      const each = Array.isArray(value) ? (value as readonly XmlTree[]) : [value as XmlTree | string];
      return each.map(
        (one) => `<${name}>${typeof one === 'object' ? render(one) : escapeXml(String(one))}</${name}>`,
      );
    })
    .join('');
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Each occurrence of an element, with the texts of the elements in it. Enough for what the SDK sends. */
export function readElements(xml: string, name: string): Record<string, string>[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, inner = '']) =>
    Object.fromEntries(
      [...inner.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, child = '', text = '']) => [
        child,
        unescapeXml(text),
      ]),
    ),
  );
}

function unescapeXml(text: string): string {
  const named: Record<string, string> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, decimal, hex, name) =>
    name ? (named[name] ?? '') : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16)),
  );
}
