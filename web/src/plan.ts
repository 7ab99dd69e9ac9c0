// Zoom and moves on the drawings that the server made: buttons, arrow keys, + and −,
// dragging. A plan with a ratio opens, and prints, at 1:1 000: a metre is a
// millimetre; zoomed out, it shows all that was drawn. The scale follows.
import { barLength, centred, formatView, pan, parseView, within, zoom, type View } from './view';

type Move = (v: View, all: View, home: View) => View;
const keys: Record<string, Move> = {
  '+': (v, a) => zoom(v, a, 1.5), '=': (v, a) => zoom(v, a, 1.5), '-': (v, a) => zoom(v, a, 1 / 1.5),
  '0': (_v, _a, home) => home,
  ArrowLeft: (v, a) => pan(v, a, -0.2, 0), ArrowRight: (v, a) => pan(v, a, 0.2, 0),
  ArrowUp: (v, a) => pan(v, a, 0, -0.2), ArrowDown: (v, a) => pan(v, a, 0, 0.2),
};
const millimetre = 96 / 25.4; // in CSS pixels
const printed = 180; // millimetres, the width of a plan on a sheet

/** The bar of scale of a drawing: units a metre, and how to redraw it. */
const scaleOf = (svg: SVGSVGElement, legible: boolean) => {
  const group = svg.querySelector<SVGGElement>('.s-furniture'), bar = group?.querySelector('.s-scale'), label = group?.querySelector('.s-text');
  const drawn = /^(M[\d.]+ [\d.]+)v([\d.]+)h([\d.]+)/.exec(bar?.getAttribute('d') ?? '');
  const told = /^([\d\s.,]+)\s*(km|m)$/.exec(label?.textContent?.trim() ?? '');
  if (!group || !bar || !label || !drawn || !told) return undefined;
  const metres = Number(told[1]!.replace(/\s/g, '').replace(',', '.')) * (told[2] === 'km' ? 1000 : 1);
  const metre = Number(drawn[3]) / metres;
  return {
    metre,
    show: (v: View, all: View) => {
      // Legible on a narrow screen too; the bar keeps to its corner, the north to the other.
      const k = (v.w / all.w) * (legible ? Math.max(1.15, (1.4 * all.w) / (svg.clientWidth || all.w)) : 1), length = barLength((Number(drawn[3]) * k) / metre);
      for (const [i, part] of [...group.children].entries()) {
        const x = i < 2 ? v.x - all.x * k : v.x + v.w - (all.x + all.w) * k;
        part.setAttribute('transform', `translate(${x} ${v.y + v.h - (all.y + all.h) * k}) scale(${k})`);
      }
      bar.setAttribute('d', `${drawn[1]}v${drawn[2]}h${(length * metre) / k}v-${drawn[2]}`);
      label.textContent = length >= 1000 ? `${(length / 1000).toLocaleString('fr-FR')}\u00a0km` : `${length}\u00a0m`;
    },
  };
};

for (const plan of document.querySelectorAll<HTMLElement>('[data-plan]')) {
  const svg = plan.querySelector('svg');
  if (!svg) continue;
  const all = parseView(svg.getAttribute('viewBox') ?? '');
  const scale = scaleOf(svg, 'ratio' in plan.dataset);
  const atScale = (width: number) => (width > 0 && 'ratio' in plan.dataset && scale ? centred(all, (width / millimetre) * scale.metre) : all);
  let home = atScale(svg.clientWidth), view = home;
  const show = (v: View) => {
    view = v;
    svg.setAttribute('viewBox', formatView(v));
    scale?.show(v, all);
  };
  show(home);
  const tools = document.createElement('div');
  tools.className = 'plan-tools';
  for (const [text, label, key] of [['+', 'Agrandir', '+'], ['−', 'Réduire', '-'], ['⟲', home === all ? 'Vue d’ensemble' : 'Revenir à l’échelle 1:1\u202f000', '0']] as const) {
    const b = document.createElement('button');
    b.type = 'button';
    b.textContent = text;
    b.setAttribute('aria-label', label);
    b.title = label;
    b.addEventListener('click', () => show(keys[key]!(view, all, home)));
    tools.append(b);
  }
  plan.append(tools);
  plan.addEventListener('keydown', (e) => {
    const act = keys[e.key];
    if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    show(act(view, all, home));
  });
  let from: { x: number; y: number } | undefined;
  svg.addEventListener('pointerdown', (e) => {
    from = { x: e.clientX, y: e.clientY };
    svg.setPointerCapture(e.pointerId);
  });
  svg.addEventListener('pointermove', (e) => {
    if (!from) return;
    const k = view.w / svg.clientWidth;
    show(within({ ...view, x: view.x - (e.clientX - from.x) * k, y: view.y - (e.clientY - from.y) * k }, all));
    from = { x: e.clientX, y: e.clientY };
  });
  for (const end of ['pointerup', 'pointercancel']) svg.addEventListener(end, () => { from = undefined; });
  if (!('ratio' in plan.dataset)) continue;
  addEventListener('resize', () => {
    const whole = view === home;
    home = atScale(svg.clientWidth);
    if (whole) show(home);
  });
  let seen = view;
  addEventListener('beforeprint', () => { seen = view; show(atScale(printed * millimetre)); });
  addEventListener('afterprint', () => show(seen));
}
