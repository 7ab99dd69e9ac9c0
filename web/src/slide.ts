// A chart of the page as a picture of 1920 × 1080 for a slide: the page's sentence over
// it, what it counts and whether it is frozen beneath. It is drawn from what is shown.
const width = 1920, height = 1080, margin = 70, top = 210, bottom = 90;
const family = '"Source Sans 3 Variable", "Source Sans 3", "Liberation Sans", Arial, sans-serif';
const svgNS = 'http://www.w3.org/2000/svg';
const kept = ['fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'stroke-opacity', 'opacity', 'paint-order', 'font-size', 'font-weight', 'text-anchor', 'vector-effect'];

const node = (name: string, attributes: Record<string, string | number>, text = '') => {
  const e = document.createElementNS(svgNS, name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, String(v));
  e.textContent = text;
  return e;
};

const say = (x: number, y: number, size: number, text: string, more: Record<string, string | number> = {}) =>
  node('text', { x, y, 'font-size': size, 'font-family': family, fill: '#18222e', ...more }, text);

/** A drawing of the page with its colours written on it, fitted in a box. */
const drawn = (source: SVGSVGElement, x: number, y: number, w: number, h: number) => {
  const copy = source.cloneNode(true) as SVGSVGElement;
  const from = source.querySelectorAll<SVGElement>('*');
  copy.querySelectorAll<SVGElement>('*').forEach((e, i) => {
    const style = getComputedStyle(from[i]!);
    for (const k of kept) if (style.getPropertyValue(k)) e.style.setProperty(k, style.getPropertyValue(k));
    if (e.localName === 'text') e.style.setProperty('font-family', family);
  });
  for (const [k, v] of Object.entries({ x, y, width: w, height: h })) copy.setAttribute(k, String(v));
  copy.removeAttribute('class');
  copy.style.overflow = 'visible'; // signs stand on the edges
  return copy;
};

const textOf = (e: Element | null) => (e?.textContent ?? '').replace(/\s+/g, ' ').trim();

/** The rows of the units' table: name, bar, share and verdict. */
const table = (source: Element, add: (e: Element) => void) => {
  const rows = [...source.querySelectorAll('tbody tr:not(.group)')];
  const step = Math.min(64, (height - top - bottom) / rows.length), size = Math.min(30, step * 0.62);
  const goal = textOf(source.querySelector('.axis .goal'));
  if (goal) add(say(1280, 186, 24, `tireté : ${goal}`, { 'text-anchor': 'end' }));
  rows.forEach((row, i) => {
    const y = top + step * i, base = y + step * 0.68;
    const weight = row.classList.contains('total') ? 650 : 400;
    const name = row.querySelector('th')!.firstChild?.textContent?.trim() || textOf(row.querySelector('th a'));
    add(say(margin, base, size, name, { 'font-weight': weight }));
    const bar = row.querySelector<SVGSVGElement>('svg.bar');
    if (bar) add(drawn(bar, 640, y + step * 0.18, 640, step * 0.64));
    add(say(1310, base, size, textOf(row.querySelector('.share-line')), { 'font-weight': 650 }));
    const sign = row.querySelector('.verdict .sign');
    const word = textOf(row.querySelector('.verdict')).replace(textOf(sign), '').trim();
    add(say(1530, base, size, [textOf(sign), word || textOf(row.querySelector('td.word .quiet'))].filter(Boolean).join(' '), { 'font-weight': weight }));
  });
};

/** Several titled drawings in a grid, or one over the whole. */
const drawings = (source: Element, add: (e: Element) => void) => {
  const figures = source.querySelector('figcaption h3') ? [...source.querySelectorAll('figure')] : [source];
  const columns = Math.ceil(Math.sqrt(figures.length)), lines = Math.ceil(figures.length / columns);
  const w = (width - 2 * margin) / columns, h = (height - top - bottom) / lines;
  figures.forEach((figure, i) => {
    const svg = figure.querySelector<SVGSVGElement>('.plan > svg, svg.trend, svg.fall');
    if (!svg) return;
    const x = margin + (i % columns) * w, y = top + Math.floor(i / columns) * h, title = textOf(figure.querySelector('h3'));
    if (title) add(say(x, y + 24, 22, title, { 'font-weight': 650 }));
    const head = title ? 32 : 0, foot = title ? 8 : figure.querySelector('.key') ? 60 : 0;
    add(drawn(svg, x, y + head, w - (title ? 20 : 0), h - head - foot));
    figure.querySelectorAll('.key li').forEach((li, k) => {
      const swatch = li.querySelector('svg'), column = (width - 2 * margin) / 4;
      const at = { x: margin + (k % 4) * column, y: height - bottom - 48 + Math.floor(k / 4) * 30 };
      if (swatch) add(drawn(swatch, at.x, at.y, 54, 24));
      add(say(at.x + 64, at.y + 19, 18, textOf(li)));
    });
  });
};

const lines = (text: string, most: number) => {
  const out = [''];
  for (const word of text.split(' ')) {
    if (out.at(-1)!.length + word.length > most) out.push('');
    out[out.length - 1] = `${out.at(-1)} ${word}`.trim();
  }
  return out;
};

const compose = (source: Element) => {
  const root = node('svg', { xmlns: svgNS, width, height, viewBox: `0 0 ${width} ${height}` });
  const add = (e: Element) => root.append(e);
  const defs = document.querySelector('body > svg defs');
  if (defs) add(defs.cloneNode(true) as Element);
  add(node('rect', { width, height, fill: '#fff' }));
  lines(textOf(document.getElementById('headline')), 105).slice(0, 2).forEach((l, i) => add(say(margin, 90 + 48 * i, 40, l, { 'font-weight': 650 })));
  add(say(margin, 186, 24, textOf(document.getElementById('kicker')), { fill: '#52606f' }));
  if (source instanceof HTMLTableElement) table(source, add);
  else drawings(source, add);
  lines(textOf(document.querySelector('.running')), 150).slice(0, 2).forEach((l, i) => add(say(margin, height - 50 + 26 * i, 20, l, { fill: '#52606f' })));
  return root;
};

const save = async (source: Element, name: string) => {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(compose(source)))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d')!.drawImage(image, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
  if (!blob) throw new Error('no picture');
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
};

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-slide]')) {
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.slide ?? '');
    const said = button.parentElement?.querySelector<HTMLElement>('[data-slide-said]');
    if (!source) return;
    try {
      await save(source, `${button.dataset.slide!.replace(/-\w+$/, '')}-1920x1080.png`);
      if (said) said.textContent = 'Image enregistrée.';
    } catch {
      if (said) said.textContent = 'L’image ne peut être faite par ce navigateur : imprimer la page.';
    }
    if (said) said.hidden = false;
  });
}
export {};
