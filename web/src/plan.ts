// Zoom and moves on the drawings that the server made: buttons, arrow keys, + and −,
// dragging. The scale bar is hidden once the drawing is zoomed.
import { formatView, pan, parseView, within, zoom, type View } from './view';

const keys: Record<string, (v: View, all: View) => View> = {
  '+': (v, a) => zoom(v, a, 1.5), '=': (v, a) => zoom(v, a, 1.5), '-': (v, a) => zoom(v, a, 1 / 1.5),
  '0': (_, a) => a,
  ArrowLeft: (v, a) => pan(v, a, -0.2, 0), ArrowRight: (v, a) => pan(v, a, 0.2, 0),
  ArrowUp: (v, a) => pan(v, a, 0, -0.2), ArrowDown: (v, a) => pan(v, a, 0, 0.2),
};

for (const plan of document.querySelectorAll<HTMLElement>('[data-plan]')) {
  const svg = plan.querySelector('svg');
  if (!svg) continue;
  const all = parseView(svg.getAttribute('viewBox') ?? '');
  let view = all;
  const show = (v: View) => {
    view = v;
    svg.setAttribute('viewBox', formatView(v));
    svg.querySelector('.s-furniture')?.toggleAttribute('hidden', v.w < all.w);
    svg.querySelector<SVGElement>('.s-furniture')?.setAttribute('visibility', v.w < all.w ? 'hidden' : 'visible');
  };
  const tools = document.createElement('div');
  tools.className = 'plan-tools';
  for (const [text, label, key] of [['+', 'Agrandir', '+'], ['−', 'Réduire', '-'], ['⟲', 'Vue d’ensemble', '0']] as const) {
    const b = document.createElement('button');
    b.type = 'button';
    b.textContent = text;
    b.setAttribute('aria-label', label);
    b.title = label;
    b.addEventListener('click', () => show(keys[key]!(view, all)));
    tools.append(b);
  }
  plan.append(tools);
  plan.addEventListener('keydown', (e) => {
    const act = keys[e.key];
    if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    show(act(view, all));
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
}
